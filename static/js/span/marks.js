// The marks of a text, as the hidden input holds them, and what changes them.
import { say } from "../say.js";
import { gettext, ngettext } from "../words.js";
import { hue } from "./draw.js";

const inOrder = (a, b) => a.start - b.start || a.end - b.end;
const touches = (one, other) => one.start < other.end && one.end > other.start;

export class Marks extends HTMLElement {
  read(json, hint = false) {
    let spans = [];
    try { spans = JSON.parse(json || "[]"); } catch { /* nothing that could be shown */ }
    const known = this.labels.all.map((button) => button.dataset.label);
    return (Array.isArray(spans) ? spans : []).filter((one) => known.includes(one?.label)).map(({ label, start, end }) => {
      const at = known.indexOf(label);
      return { label, start: this.points.unit(start), end: this.points.unit(end), hue: hue(at), hint, says: this.labels.all[at].dataset.says };
    }).sort(inOrder);
  }

  store(marks, words) {
    const spans = [...marks].sort(inOrder).map(({ label, start, end }) => ({ label, start: this.points.point(start), end: this.points.point(end) }));
    this.write(spans.length ? JSON.stringify(spans) : "", words);
  }

  write(value, words) {
    this.input.value = value;
    this.show();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    say(words);
  }

  get touched() {
    return this.marks.filter((one) => touches(one, this.picked));
  }

  // The mark with this label exactly where something is picked.
  exact(label) {
    return this.marks.find((one) => one.label === label && one.start === this.picked.start && one.end === this.picked.end);
  }

  mark(button) {
    if (!this.picked) return say(gettext("Select a piece of the text first"));
    const { label, says } = button.dataset;
    const there = this.exact(label);
    if (there) return this.store(this.marks.filter((one) => one !== there), gettext("{label} removed from {quote}", { label: says, quote: this.quote }));
    const gone = this.dataset.overlap === undefined ? this.touched : [];
    const values = { quote: this.quote, label: says, others: gone.map((one) => one.says).join(", ") };
    const words = gone.length ? gettext("{quote} marked as {label}, instead of {others}", values) : gettext("{quote} marked as {label}", values);
    return this.store([...this.marks.filter((one) => !gone.includes(one)), { label, ...this.picked }], words);
  }

  // Takes away what is marked exactly here, or else all that is touched.
  unmark() {
    if (!this.picked) return say(gettext("Select a mark first"));
    const same = this.marks.filter((one) => one.start === this.picked.start && one.end === this.picked.end);
    const gone = same.length ? same : this.touched;
    if (!gone.length) return say(gettext("Nothing is marked here"));
    return this.store(this.marks.filter((one) => !gone.includes(one)), gettext("{label} removed", { label: gone.map((one) => one.says).join(", ") }));
  }

  nothing() {
    if (this.marks.length) return say(gettext("There are marks. Remove them first"));
    const yes = this.input.value !== "[]";
    return this.write(yes ? "[]" : "", yes ? gettext("There is nothing to mark") : gettext("Not answered any more"));
  }

  missing() {
    return this.dataset.required === undefined || !this.input || this.input.value ? "" : gettext("“{title}”: mark something, or say that there is nothing", { title: this.dataset.title });
  }

  line() {
    return this.marks?.length ? ngettext("{number} marked", "{number} marked", this.marks.length) : "";
  }
}
