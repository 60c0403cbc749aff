/*
  A conversation that is written: only the turns that say something are shown, and the next one.

    <turn-rows data-question="field:talk" data-title="Talk" data-required><ol><li data-row><select></select><textarea></textarea></li>…</ol><button data-add>Add a turn</button></turn-rows>
*/
import { gettext } from "../words.js";

customElements.define("turn-rows", class extends HTMLElement {
  connectedCallback() {
    this.rows = [...this.querySelectorAll("[data-row]")];
    this.add = this.querySelector("[data-add]");
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.add.addEventListener("click", () => this.next(), { signal });
    this.closest("form").addEventListener("restored", () => this.show(1), { signal });
    this.show(1);
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  get boxes() {
    return this.rows.map((row) => row.querySelector("textarea"));
  }

  // Who speaks next is who did not speak last; that can be changed.
  next() {
    const [last, box] = this.show(this.shown + 1).slice(-2);
    const [before, who] = [last, box].map((one) => one.closest("[data-row]").querySelector("select"));
    if (!box.value.trim()) who.value = before.value === "user" ? "assistant" : "user";
    box.focus();
  }

  // Shows so many turns, or as many as say something; gives their text boxes.
  show(number) {
    this.shown = Math.max(number, this.boxes.findLastIndex((box) => box.value.trim()) + 1);
    this.rows.forEach((row, place) => { row.hidden = place >= this.shown; });
    this.add.hidden = this.shown >= this.rows.length;
    return this.boxes.slice(0, this.shown);
  }

  missing() {
    return this.dataset.required !== undefined && this.boxes.every((box) => !box.value.trim()) ? gettext("write “{title}”", { title: this.dataset.title }) : "";
  }

  go() {
    this.boxes[0].focus();
  }
});
