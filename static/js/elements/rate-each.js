/*
  A row of points for each answer. A digit rates the current row and goes to the next; a letter goes to its row.

    <rate-each data-question="helpful" data-title="How helpful is each?" data-keys data-required>
      <fieldset data-row="A"><button data-look="A">…</button> <label class="chip"><input type="radio" name="helpful.A" value="1" data-digit="1"></label> …</fieldset> …
    </rate-each>
*/
import { say } from "../say.js";
import { gettext } from "../words.js";

const LETTERS = 9; // A to I: those after them are keys of acts

customElements.define("rate-each", class extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.rows = [...this.querySelectorAll("[data-row]")];
    document.addEventListener("hot-key", (event) => this.key(event), { signal });
    this.addEventListener("focusin", (event) => this.point(event.target.closest("[data-row]")), { signal });
    this.addEventListener("pointerdown", (event) => this.point(event.target.closest("[data-row]")), { signal });
    this.addEventListener("click", (event) => this.look(event.target.closest("[data-look]")?.dataset.look), { signal });
    this.point(this.open[0] || this.rows[0]);
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  get open() {
    return this.rows.filter((row) => !row.querySelector("input:checked"));
  }

  point(row) {
    if (!row) return;
    this.now = row;
    for (const one of this.rows) one.toggleAttribute("data-now", one === row);
  }

  key(event) {
    const { act, key, digit, shift } = event.detail;
    if (this.dataset.current === undefined || !this.now) return;
    const acted = digit !== null && !shift ? this.rate(digit) : !act && this.turn(key);
    if (acted) event.preventDefault();
  }

  rate(digit) {
    const row = this.now;
    const input = row.querySelector(`input[data-digit="${digit}"]`);
    if (!input) return false;
    const off = input.checked && this.dataset.required === undefined;
    input.checked = !off;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    const letter = row.dataset.row;
    say(off ? gettext("{letter}: no rating", { letter }) : `${letter}: ${input.getAttribute("aria-label") || input.value}`);
    if (!off) this.enter(this.rows[this.rows.indexOf(row) + 1] || row);
    return true;
  }

  // Where a ranking shows the same answers, letters are its own.
  turn(key) {
    const letter = key.length === 1 ? key.toUpperCase() : "";
    const row = this.rows.slice(0, LETTERS).find((one) => one.dataset.row === letter);
    if (!row || document.querySelector("rank-list:not([hidden])")) return false;
    this.enter(row);
    return true;
  }

  enter(row) {
    (row.querySelector("input:checked") || row.querySelector("input")).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  // The answer itself stands on a card of a ranking, or above the questions.
  look(letter) {
    if (!letter) return;
    const cards = document.querySelectorAll(`.ans[data-letter="${letter}"], .answer-plain[data-letter="${letter}"]`);
    const card = [...cards].find((one) => !one.closest("[hidden]"));
    const list = card?.closest("rank-list");
    if (list) return list.point(letter);
    card?.scrollIntoView({ block: "center" });
    return card?.focus({ preventScroll: true });
  }

  missing() {
    const { open } = this;
    if (!open.length || (this.dataset.required === undefined && open.length === this.rows.length)) return "";
    return gettext("rate {letters} in “{title}”", { letters: open.map((row) => row.dataset.row).join(", "), title: this.dataset.title });
  }

  go() {
    const row = this.open[0] || this.rows[0];
    if (row) this.enter(row);
  }
});
