/*
  A text box that grows with its text and counts it against its own limits.

    <grow-text data-question="reply" data-title="Your answer" data-required data-min="100" data-max="3000">
      <textarea name="reply"></textarea> <span data-count></span>
    </grow-text>
*/
const grows = CSS.supports("field-sizing", "content");
const segmenter = globalThis.Intl?.Segmenter ? new Intl.Segmenter(undefined, { granularity: "word" }) : null;
const SEGMENTED = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]/; // scripts without spaces between words

export function words(text) {
  if (!segmenter || !SEGMENTED.test(text)) return (text.match(/\S+/g) || []).length;
  let count = 0;
  for (const part of segmenter.segment(text)) count += part.isWordLike ? 1 : 0;
  return count;
}

const many = (number, one) => `${number.toLocaleString("en")} ${one}${number === 1 ? "" : "s"}`;

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
    this.querySelector("[data-count]").textContent = length ? `${many(words(this.box.value), "word")}, ${many(length, "character")}` : "";
    const max = Number(this.dataset.max || Infinity);
    this.querySelector(".count").classList.toggle("is-over", length > max);
    if (grows) return;
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight + 2}px`;
  }

  // What is still to do, as words that follow "Not yet: "; nothing if all is well.
  missing() {
    const title = this.dataset.title;
    const { length } = this;
    if (!this.box.value.trim()) return this.dataset.required === undefined ? "" : `write “${title}”`;
    const min = Number(this.dataset.min || 0);
    const max = Number(this.dataset.max || Infinity);
    if (length < min) return `${many(min - length, "character")} more in “${title}”`;
    if (length > max) return `${many(length - max, "character")} less in “${title}”`;
    return "";
  }

  go() {
    this.box.focus();
  }
});
