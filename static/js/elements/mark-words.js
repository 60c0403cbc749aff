/*
  The words that were looked for, marked where they stand. Nothing in the text is changed (CSS custom highlights).

    <mark-words data-words='[["well", false], ["dee", true]]'>…</mark-words>      [word, whether it may be the beginning of one]
*/
const WORD = /[\p{L}\p{N}\p{M}]/u;
const UNSPACED = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]/u;
const MOST = 2000;

const splits = (before, after) => !before || !after || !WORD.test(before) || !WORD.test(after) || UNSPACED.test(before) !== UNSPACED.test(after);

customElements.define("mark-words", class extends HTMLElement {
  connectedCallback() {
    const words = JSON.parse(this.dataset.words || "[]");
    if (!words.length || !globalThis.Highlight) return;
    const ranges = [];
    const walker = document.createTreeWalker(this, NodeFilter.SHOW_TEXT);
    while (walker.nextNode() && ranges.length < MOST) this.find(walker.currentNode, words, ranges);
    CSS.highlights.set("sought", new Highlight(...ranges));
  }

  find(node, words, ranges) {
    const text = node.data.toLowerCase();
    if (text.length !== node.data.length) return; // some letters grow when they become small
    for (const [word, begins] of words) {
      for (let at = text.indexOf(word); at >= 0 && ranges.length < MOST; at = text.indexOf(word, at + word.length)) {
        const free = UNSPACED.test(word);
        const end = at + word.length;
        if (!free && (!splits(text[at - 1], text[at]) || (!begins && !splits(text[end - 1], text[end])))) continue;
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, end);
        ranges.push(range);
      }
    }
  }
});
