/*
  Marking pieces of a text. A hidden input holds the marks as JSON; keys, mouse and touch choose what is picked.

    <span-text data-question="wrong" data-title="Mark what is wrong" data-visible="20" data-keys data-required data-overlap>
      <input type="hidden" name="wrong" value='[{"label": "false", "start": 26, "end": 33}]'>
      <button data-label="false" data-says="False">…<kbd></kbd></button> <button data-unmark> <button data-nothing> <input type="checkbox" data-snap>
      <div data-body data-text="…as JSON…" tabindex="0">…</div>
      <div data-picked hidden><span></span><button data-grow="1"></div> <details data-list><summary></summary><ol></ol></details>
    </span-text>

  Places are UTF-16 units here, code points in the input. Parts: span/marks.js, points.js, draw.js, picking.js, keys.js, labels.js, listing.js.
*/
import { say } from "../say.js";
import { draw, place } from "../span/draw.js";
import { grow, keys } from "../span/keys.js";
import { labels } from "../span/labels.js";
import { listing } from "../span/listing.js";
import { Marks } from "../span/marks.js";
import { picking } from "../span/picking.js";
import { Points } from "../span/points.js";
import { keep, kept } from "../store.js";
import { gettext } from "../words.js";

customElements.define("span-text", class extends Marks {
  connectedCallback() {
    this.body = this.querySelector("[data-body]");
    if (!this.body) return;
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.input = this.querySelector("input[type=hidden]");
    this.snap = this.querySelector("[data-snap]");
    this.snap.checked = kept("whole-words") !== "no";
    this.text = JSON.parse(this.body.dataset.text);
    this.points = new Points(this.text);
    this.marks = [];
    this.labels = labels(this, signal);
    this.body.addEventListener("keydown", (event) => keys(this, event), { signal });
    this.body.addEventListener("focus", () => { this.leaving = false; }, { signal });
    this.addEventListener("click", (event) => this.click(event), { signal });
    document.addEventListener("hot-key", (event) => this.hot(event), { signal });
    for (const name of ["input", "change"]) this.snap.addEventListener(name, (event) => { event.stopPropagation(); keep("whole-words", this.words ? "yes" : "no"); }, { signal });
    this.closest("form").addEventListener("restored", () => this.show(), { signal });
    this.querySelector("[data-list]").addEventListener("toggle", () => listing(this), { signal });
    picking(this, signal);
    this.show();
  }

  disconnectedCallback() {
    this.stop?.abort();
    globalThis.CSS.highlights?.delete("picked");
  }

  get words() {
    return this.snap.checked;
  }

  show() {
    this.marks = this.read(this.input.value);
    const take = this.querySelector("[data-take]");
    const hints = take && !this.input.value ? this.read(JSON.parse(take.dataset.take)[0]?.[1], true) : [];
    this.nodes = draw(this.body, this.text, this.marks.length ? this.marks : hints);
    this.querySelector("[data-nothing]").setAttribute("aria-pressed", String(this.input.value === "[]"));
    listing(this);
    this.labels.narrow();
    this.point({ show: document.activeElement === this.body });
  }

  // What is picked lies between the anchor and the head: two words, characters or marks. The keys move the head.

  pick(anchor, head, { show = false, tell = false } = {}) {
    Object.assign(this, { anchor, head, leaving: false });
    this.picked = anchor && { start: Math.min(anchor.start, head.start), end: Math.max(anchor.end, head.end) };
    this.point({ show });
    if (tell && this.picked) say([this.quote, ...this.touched.map(({ says }) => says)].join(", "));
  }

  pickMark(mark) {
    const { start, end } = mark;
    this.pick({ start, end }, { start, end }, { show: true });
    say(gettext("{quote}, {label}, mark {place} of {all}", { quote: this.quote, label: mark.says, place: this.marks.indexOf(mark) + 1, all: this.marks.length }));
  }

  letGo() {
    this.pick(null, null);
    getSelection().removeAllRanges();
    this.leaving = true;
    say(gettext("Nothing is selected. Tab goes on."));
  }

  get quote() {
    return this.text.slice(this.picked.start, this.picked.end);
  }

  range(start, end) {
    const range = document.createRange();
    range.setStart(...place(this.nodes, start));
    range.setEnd(...place(this.nodes, end, true));
    return range;
  }

  // `show`: the browser's own selection follows, and the page scrolls there.
  point({ show }) {
    const box = this.querySelector("[data-picked]");
    box.hidden = !this.picked;
    for (const button of this.labels.all) button.setAttribute("aria-pressed", String(Boolean(this.picked && this.exact(button.dataset.label))));
    const { highlights } = globalThis.CSS;
    if (!this.picked) return highlights?.delete("picked");
    box.querySelector("span").textContent = this.quote;
    const range = this.range(this.picked.start, this.picked.end);
    highlights?.set("picked", new Highlight(range));
    if (!show) return undefined;
    this.own = `${this.picked.start} ${this.picked.end}`;
    getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
    const { top, bottom } = this.range(this.head.start, this.head.end).getBoundingClientRect();
    const free = this.querySelector(".markers").getBoundingClientRect().bottom;
    if (top < free || bottom > innerHeight - 130) scrollBy({ top: top - innerHeight / 2 });
    return undefined;
  }

  // Keys and buttons.

  press(key) {
    const button = this.labels.byKey(key);
    if (button) this.mark(button);
    return Boolean(button);
  }

  hot(event) {
    const { key, digit, shift, target } = event.detail;
    if (this.dataset.current === undefined || shift || (target.closest("[data-question]") || this) !== this) return;
    const acts = { Delete: () => this.unmark(), ArrowRight: () => this.body.focus(), ArrowLeft: () => this.body.focus() };
    if (digit !== null ? !this.picked || !this.press(key) : !acts[key] || target.matches("button, a, summary, input")) return;
    acts[key]?.();
    event.preventDefault();
  }

  click(event) {
    const hit = (name) => event.target.closest(`[data-${name}]`);
    if (hit("label")) this.mark(hit("label"));
    else if (hit("unmark")) this.unmark();
    else if (hit("nothing")) this.nothing();
    else if (hit("grow")) grow(this, Number(hit("grow").dataset.grow));
    else if (hit("go")) this.pickMark(this.marks[hit("go").dataset.go]);
    else if (hit("away")) this.store(this.marks.filter((_, at) => at !== Number(hit("away").dataset.away)), gettext("Mark removed"));
  }

  go() {
    this.body.focus();
  }
});
