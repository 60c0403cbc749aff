// A text with its marks. Nothing but the text is in the page's text: labels are drawn by the style sheet (data-says).
const HUES = 8;
export const hue = (place) => (place % HUES) + 1;

// `marks`: [{ start, end, says, hue, hint }] in UTF-16 units, sorted. Returns [{ node, start }], for places in the text.
export function draw(body, text, marks) {
  const edges = [...new Set([0, text.length, ...marks.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  // The browser draws a carriage return as a box; as many units must stand for it.
  const shown = text.replace(/\r\n/g, "\u200b\n").replace(/\r/g, "\n");
  const page = document.createDocumentFragment();
  const nodes = [];
  let next = 0;
  let open = [];
  for (let i = 0; i + 1 < edges.length; i += 1) {
    const [start, end] = [edges[i], edges[i + 1]];
    open = open.filter((mark) => mark.end > start);
    for (; next < marks.length && marks[next].start === start; next += 1) open.push(marks[next]);
    const node = document.createTextNode(shown.slice(start, end));
    nodes.push({ node, start });
    page.append(open.length ? piece(node, open, start, end) : node);
  }
  body.replaceChildren(page);
  return nodes;
}

function piece(node, open, start, end) {
  const element = document.createElement("span");
  const inner = [...open].sort((a, b) => (a.end - a.start) - (b.end - b.start));
  element.className = `mark c${inner[0].hue}${inner.length > 1 ? ` two d${inner[1].hue}` : ""}${open.every(({ hint }) => hint) ? " is-hint" : ""}`;
  if (open.some((mark) => mark.start === start)) element.classList.add("begins");
  const ending = open.filter((mark) => mark.end === end);
  if (ending.length) element.dataset.says = ending.map(({ says }) => says).join(" + ");
  element.append(node);
  return element;
}

// The text node and offset of a unit; where two nodes meet, `ends` means the end of the first one.
export function place(nodes, unit, ends = false) {
  let low = 0;
  let high = nodes.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (nodes[middle].start < unit || (!ends && nodes[middle].start === unit)) low = middle; else high = middle - 1;
  }
  return [nodes[low].node, unit - nodes[low].start];
}

export function unitAt(body, node, offset) {
  const range = document.createRange();
  range.setStart(body, 0);
  range.setEnd(node, offset);
  return range.toString().length;
}

// The place in the text below a point of the screen; null if there is none.
export function unitUnder(body, x, y) {
  const caret = document.caretPositionFromPoint?.(x, y);
  const range = caret ? null : document.caretRangeFromPoint?.(x, y);
  const [node, offset] = caret ? [caret.offsetNode, caret.offset] : [range?.startContainer, range?.startOffset];
  return node && body.contains(node) ? unitAt(body, node, offset) : null;
}
