/*
  Puts one of the texts in its menu where the cursor stands in a text box; its key opens the menu. The box's own undo takes it back.

    <text-snippets data-of="q-reply-text"><button popovertarget="m">Insert</button><div id="m" class="menu" popover><button class="item" data-snippet="Dear …">Greeting</button></div></text-snippets>
*/
import { say } from "../say.js";
import { gettext } from "../words.js";

customElements.define("text-snippets", class extends HTMLElement {
  connectedCallback() {
    this.box = document.getElementById(this.dataset.of);
    this.menu = this.querySelector("[popover]");
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.menu.addEventListener("click", (event) => this.insert(event.target.closest("[data-snippet]")), { signal });
    document.addEventListener("hot-key", (event) => this.press(event), { signal });
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  // The text box that has the focus is meant; without one, the first.
  press(event) {
    if (event.detail.act !== "insert") return undefined;
    const all = [...document.querySelectorAll("text-snippets")];
    const meant = all.find((one) => one.box === document.activeElement || one.contains(document.activeElement)) || all[0];
    if (meant !== this) return undefined;
    event.preventDefault();
    if (!this.menu.togglePopover()) return this.box.focus();
    return this.menu.querySelector("[data-snippet]").focus(); // at once: the next key may be a digit already
  }

  insert(item) {
    if (!item) return;
    this.menu.hidePopover();
    this.box.focus();
    // Only this way of changing a text box is known to its undo.
    if (!document.execCommand("insertText", false, item.dataset.snippet)) {
      this.box.setRangeText(item.dataset.snippet, this.box.selectionStart, this.box.selectionEnd, "end");
      this.box.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
    }
    say(gettext("“{name}” is inserted", { name: item.querySelector("span").textContent }));
  }
});
