/*
  A text box that grows with its text and counts it against its own limits.

    <grow-text data-question="reply" data-title="Your answer" data-required data-min="100" data-max="3000">
      <textarea name="reply"></textarea> <span data-count></span>
    </grow-text>
*/
import { gettext, ngettext } from "../words.js";

const grows = CSS.supports("field-sizing", "content");
const segmenter = globalThis.Intl?.Segmenter ? new Intl.Segmenter(undefined, { granularity: "word" }) : null;
const SEGMENTED = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]/; // scripts without spaces between words

export function words(text) {
  if (!segmenter || !SEGMENTED.test(text)) return (text.match(/\S+/g) || []).length;
  let count = 0;
  for (const part of segmenter.segment(text)) count += part.isWordLike ? 1 : 0;
  return count;
}

const shown = (number) => ({ shown: number.toLocaleString("en") });

customElements.define("grow-text", class extends HTMLElement {
  connectedCallback() {
    this.box = this.querySelector("textarea");
    this.box.addEventListener("input", () => this.show());
    this.listen = () => this.show();
    this.box.form?.addEventListener("restored", this.listen);
    this.show();
  }

  // The limits count code points, as the server does.
  get length() {
    return [...this.box.value.replace(/\r\n?/g, "\n")].length;
  }

  show() {
    const length = this.length;
    this.querySelector("[data-count]").textContent = length ? this.counted(words(this.box.value), length) : "";
    const max = Number(this.dataset.max || Infinity);
    this.querySelector(".count").classList.toggle("is-over", length > max);
    if (grows) return;
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight + 2}px`;
  }

  counted(many, length) {
    const both = {
      words: ngettext("{shown} word", "{shown} words", many, shown(many)),
      characters: ngettext("{shown} character", "{shown} characters", length, shown(length)),
    };
    return gettext("{words}, {characters}", both);
  }

  // What is still to do, as words that follow "Not yet: "; nothing if all is well.
  missing() {
    const title = this.dataset.title;
    const { length } = this;
    if (!this.box.value.trim()) return this.dataset.required === undefined ? "" : gettext("write “{title}”", { title });
    const min = Number(this.dataset.min || 0);
    const max = Number(this.dataset.max || Infinity);
    if (length < min) {
      const more = min - length;
      return ngettext("{shown} character more in “{title}”", "{shown} characters more in “{title}”", more, { title, ...shown(more) });
    }
    if (length > max) {
      const less = length - max;
      return ngettext("{shown} character less in “{title}”", "{shown} characters less in “{title}”", less, { title, ...shown(less) });
    }
    return "";
  }

  go() {
    this.box.focus();
  }
});
