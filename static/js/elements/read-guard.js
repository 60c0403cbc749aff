/*
  Notices how an answer came about: in less time than its texts need, with an end that was never seen, or in the same
  pattern ten times in a row. It goes with the answer; the person is told once a session, after the fact, and never stopped.

    <read-guard data-dataset="…"><input type="hidden" name="noticed" value=""></read-guard>
*/
import { keep, kept } from "../store.js";
import { gettext, ngettext } from "../words.js";
import { toast } from "./toast-stack.js";

const SKIM = 60; // characters a second: twice as fast as quick readers read
const SHORT = 500; // characters; below that nobody is too quick
const ROW = 10;

const told = new Set();

customElements.define("read-guard", class extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.form = this.closest("form");
    this.unseen = new Set();
    this.eye = new IntersectionObserver((seen) => seen.filter((one) => one.isIntersecting).forEach((one) => this.unseen.delete(one.target)));
    document.addEventListener("submit", (event) => event.target === this.form && this.look(), { signal, capture: true });
    document.addEventListener("htmx:beforeSwap", (event) => this.handedIn(event), { signal });
    queueMicrotask(() => this.watch());
  }

  disconnectedCallback() {
    this.stop.abort();
    this.eye.disconnect();
  }

  get cards() {
    return [...this.form.querySelectorAll("rank-list .ans")];
  }

  watch() {
    for (const card of this.cards) {
      const end = document.createElement("span");
      end.className = "end";
      card.append(end);
      this.unseen.add(end);
      this.eye.observe(end);
    }
  }

  look() {
    const letters = this.cards.reduce((sum, card) => sum + (card.querySelector(".prose, .turns")?.textContent.length || 0), 0);
    const seconds = Number(this.form.elements.active_ms.value) / 1000;
    this.pattern = [...this.form.querySelectorAll("rank-list")].map((list) => list.line()).join(" / ");
    const ends = [...this.unseen].filter((end) => end.isConnected).map((end) => end.closest(".ans").dataset.letter);
    const words = {
      fast: letters > SHORT && seconds < letters / SKIM && gettext("That took {seconds} s; reading it takes about {needed} s.", { seconds: Math.ceil(seconds), needed: Math.round(2 * letters / SKIM) }),
      unseen_end: ends.length && gettext("You have not seen the end of {letters}.", { letters: ends.join(", ") }),
      same_pattern: this.pattern && this.inARow() + 1 >= ROW && ngettext("The last ranking read {pattern}.", "The last {number} rankings all read {pattern}.", ROW, { pattern: this.pattern }),
    };
    this.words = Object.fromEntries(Object.entries(words).filter(([, said]) => said));
    this.firstElementChild.value = Object.keys(this.words).join(" ");
  }

  get key() {
    return `pattern.${this.dataset.dataset}`;
  }

  inARow() {
    const [count, line] = (kept(this.key) || "0|").split(/\|(.*)/s);
    return line === this.pattern ? Number(count) : 0;
  }

  handedIn({ detail }) {
    const { elt, triggeringEvent } = detail.requestConfig || {};
    if (elt !== this.form || !detail.shouldSwap || detail.xhr.status !== 200 || (triggeringEvent?.submitter?.dataset.act || "submit") !== "submit") return;
    if (this.pattern) keep(this.key, `${this.inARow() + 1}|${this.pattern}`);
    const fresh = Object.keys(this.words || {}).filter((word) => !told.has(word));
    for (const word of fresh) told.add(word);
    const calm = gettext("Nothing is lost: take it back if you want to look again.");
    if (fresh.length) toast([...fresh.map((word) => this.words[word]), calm].join(" "), { name: "guard", tone: "warn" });
  }
});
