/*
  Shows what settings make of a value while they are written: presses its button a moment after the last change of the form.

    <form> … <try-out><textarea name="sample"></textarea><button formtarget="tried" data-try>Show</button><iframe name="tried"></iframe></try-out></form>
*/
const PAUSE = 500;

customElements.define("try-out", class extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    const button = this.querySelector("[data-try]");
    const show = () => form.requestSubmit(button);
    let timer = 0;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(show, PAUSE);
    });
    show();
  }
});
