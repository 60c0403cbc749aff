/*
  A picture of a record: large in a dialog at a press, and honest when it cannot be shown.

    <zoom-image>
      <button type="button" data-dialog="zoom-photo"><img src="…" alt="Photo"></button>
      <p data-broken hidden>The image cannot be shown.</p>
      <dialog id="zoom-photo"><header>…<button data-close></header><div class="body"></div></dialog>
    </zoom-image>

  The dialog opens and closes by menus.js; the picture is put into it when it is first opened.
*/
customElements.define("zoom-image", class extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("[data-dialog]");
    this.picture = this.button.querySelector("img");
    this.picture.addEventListener("error", () => this.broken());
    this.picture.decode?.().catch(() => this.picture.complete && this.broken());
    this.button.addEventListener("click", () => this.enlarge());
  }

  enlarge() {
    const place = this.querySelector("dialog .body");
    if (place.firstChild) return;
    const large = this.picture.cloneNode();
    large.tabIndex = 0; // a large picture scrolls by keyboard
    place.append(large);
  }

  broken() {
    this.button.hidden = true;
    this.querySelector("[data-broken]").hidden = false;
  }
});
