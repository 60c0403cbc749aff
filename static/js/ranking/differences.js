// Marks in each answer the words that the first one has not, without touching the text (CSS custom highlights). Off by default.
import { say } from "../say.js";
import { gettext } from "../words.js";

const WORD = /[\p{L}\p{N}_]+/gu;
const MOST = 1200; // words compared one by one; beyond that only which words occur

function words(card) {
  const found = [];
  const walker = document.createTreeWalker(card, NodeFilter.SHOW_TEXT, (node) => (node.parentElement.closest("header, .src, .vh") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
  while (walker.nextNode()) {
    for (const match of walker.currentNode.data.matchAll(WORD)) found.push({ text: match[0].toLowerCase(), node: walker.currentNode, start: match.index, end: match.index + match[0].length });
  }
  return found;
}

// Which of `b` belong to a longest common subsequence with `a`; two rows of lengths, and one bit a cell for the way back.
function common(a, b) {
  const kept = new Set();
  if (a.length * b.length > MOST * MOST) {
    const known = new Set(a);
    b.forEach((word, place) => known.has(word) && kept.add(place));
    return kept;
  }
  const width = b.length + 1;
  const way = new Uint8Array((a.length + 1) * width);
  let before = new Uint16Array(width);
  for (let i = 1; i <= a.length; i += 1) {
    const row = new Uint16Array(width);
    for (let j = 1; j <= b.length; j += 1) {
      if (a[i - 1] === b[j - 1]) {
        row[j] = before[j - 1] + 1;
        way[i * width + j] = 2;
      } else {
        row[j] = Math.max(before[j], row[j - 1]);
        way[i * width + j] = before[j] >= row[j - 1] ? 1 : 0;
      }
    }
    before = row;
  }
  for (let i = a.length, j = b.length; i && j;) {
    const step = way[i * width + j];
    if (step === 2) { kept.add(j - 1); i -= 1; j -= 1; } else if (step === 1) i -= 1; else j -= 1;
  }
  return kept;
}

export function differences(list, signal) {
  const button = list.querySelector("[data-differences]");
  if (!globalThis.CSS?.highlights || list.cards.length < 2) {
    if (button) button.hidden = true;
    return;
  }
  const clear = () => CSS.highlights.delete("different");
  button.addEventListener("click", () => {
    const yes = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(yes));
    if (yes) mark(list); else clear();
    say(yes ? gettext("Words that {letter} has not are marked", { letter: list.letters[0] }) : gettext("Differences are not marked"));
  }, { signal });
  signal.addEventListener("abort", clear);
}

function mark(list) {
  const [first, ...others] = list.cards.map(words);
  const base = first.map((word) => word.text);
  const ranges = [];
  for (const other of others) {
    const kept = common(base, other.map((word) => word.text));
    other.forEach((word, place) => {
      if (kept.has(place)) return;
      const range = new StaticRange({ startContainer: word.node, startOffset: word.start, endContainer: word.node, endOffset: word.end });
      ranges.push(range);
    });
  }
  const all = new Highlight();
  for (const range of ranges) all.add(range);
  CSS.highlights.set("different", all);
}
