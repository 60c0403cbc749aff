/*
  A table of records by keyboard: j and k, or the arrows, move from row to row, Enter opens, x ticks, "/" goes to the search.

    <record-rows>… <input type="checkbox" data-all hidden> … <tr><td><input type="checkbox" data-pick></td><th><a data-row href="…">r-1</a></th></tr> …</record-rows>
    <span data-picked></span> <button data-needs-pick>Answer</button>      anywhere on the page

  A tick with Shift ticks everything since the last one.
*/
import { say } from "../say.js";
import { gettext, ngettext } from "../words.js";

const STEPS = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };

customElements.define("record-rows", class extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.links = [...this.querySelectorAll("[data-row]")];
    this.picks = [...this.querySelectorAll("[data-pick]")];
    this.all = this.querySelector("[data-all]");
    document.addEventListener("hot-key", (event) => this.key(event), { signal });
    this.addEventListener("click", (event) => this.span(event), { signal });
    this.addEventListener("change", (event) => this.changed(event), { signal });
    addEventListener("pageshow", () => this.show(), { signal }); // browsers tick again what was ticked before
    if (this.all) this.all.hidden = false;
    this.show();
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  get place() {
    const row = document.activeElement?.closest("tr");
    return this.links.findIndex((link) => link.closest("tr") === row);
  }

  key(event) {
    const { key, shift } = event.detail;
    if (shift) return;
    const inside = this.place >= 0;
    if (key === "/") document.getElementById("q")?.focus();
    else if (key === "x" && inside) this.picks[this.place]?.click();
    else if (key in STEPS && (inside || key.length === 1)) this.go(this.place + STEPS[key]);
    else if (inside && key === "Home") this.go(0);
    else if (inside && key === "End") this.go(this.links.length - 1);
    else return;
    event.preventDefault();
  }

  go(place) {
    const link = this.links[Math.max(0, Math.min(this.links.length - 1, place))];
    link?.focus({ preventScroll: true });
    link?.closest("tr").scrollIntoView({ block: "nearest" });
  }

  span(event) {
    const box = event.target.closest("[data-pick]");
    if (!box) return;
    const here = this.picks.indexOf(box);
    if (event.shiftKey && this.last !== undefined) {
      const [from, to] = [this.last, here].sort((a, b) => a - b);
      for (const one of this.picks.slice(from, to + 1)) one.checked = box.checked;
    }
    this.last = here;
  }

  changed(event) {
    if (event.target === this.all) for (const one of this.picks) one.checked = this.all.checked;
    this.show();
    say(this.said(this.number));
  }

  said(number) {
    return ngettext("{number} ticked", "{number} ticked", number);
  }

  get number() {
    return this.picks.filter((one) => one.checked).length;
  }

  show() {
    const { number } = this;
    for (const one of this.picks) one.closest("tr").classList.toggle("is-picked", one.checked);
    if (this.all) {
      this.all.checked = number > 0 && number === this.picks.length;
      this.all.indeterminate = number > 0 && number < this.picks.length;
    }
    for (const words of document.querySelectorAll("[data-picked]")) words.textContent = number ? this.said(number) : gettext("Nothing ticked");
    for (const button of document.querySelectorAll("[data-needs-pick]")) button.disabled = !number;
  }
});
