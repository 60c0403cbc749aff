/*
  Part of a form that matters only for some values of another field: there it shows itself. Without a script it is always
  there; so it is while something in it is wrong. What decides may be such a part itself, if it comes before.

    <only-when data-on="order" data-values="metadata score"> … </only-when>   for these values
    <only-when data-on="is_paused" data-values="*"> … </only-when>            for any but none, 0 and an empty box
*/
const NONE = ["", "0"];

customElements.define("only-when", class extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    const show = () => {
      const away = form.querySelector(`[name="${this.dataset.on}"]`)?.closest("only-when")?.hidden;
      const said = away ? [] : new FormData(form).getAll(this.dataset.on);
      const { values } = this.dataset;
      const matters = values === "*" ? said.some((one) => !NONE.includes(one.trim())) : said.some((one) => values.split(" ").includes(one));
      this.hidden = !matters && !this.querySelector(".is-wrong");
    };
    for (const name of ["input", "change"]) form.addEventListener(name, show);
    show();
  }
});
