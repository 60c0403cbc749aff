/*
  Boxes that take the key that is pressed in them, and send it at once. Tab walks on, Escape and Enter leave all as it is.

    <key-catcher data-said="Skip for now: n."><form><input data-catch name="key" value="k"></form> <button data-then="key-skip">Default</button></key-catcher>
*/
import { say } from "../say.js";
import { combination } from "../shortcuts.js";

const LEAVE = ["Tab", "Shift+Tab", "Escape", "Enter"];
const NONE = ["Backspace", "Delete"];

let then = "";

customElements.define("key-catcher", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", (event) => this.press(event));
    this.addEventListener("focusin", (event) => event.target.matches("[data-catch]") && event.target.select());
    this.addEventListener("submit", (event) => { then = event.submitter?.dataset.then || ""; });
    this.addEventListener("htmx:load", () => this.settled());
  }

  press(event) {
    const box = event.target;
    const keys = combination(event);
    if (!box.matches("[data-catch]") || event.isComposing) return;
    if (LEAVE.includes(keys)) {
      if (keys === "Escape") box.value = box.defaultValue;
      if (keys === "Enter") event.preventDefault();
      return;
    }
    event.preventDefault();
    if (!keys || event.repeat) return;
    box.value = NONE.includes(keys) ? "" : keys;
    if (box.value !== box.defaultValue || box.getAttribute("aria-invalid")) box.form.requestSubmit();
  }

  // After the list was drawn anew: the focus stays where it was, and what happened is said.
  settled() {
    const wrong = this.querySelector("[aria-invalid]");
    (wrong || document.getElementById(then))?.focus();
    then = "";
    say(this.querySelector("#wrong")?.textContent.trim() || this.dataset.said || "");
  }
});
