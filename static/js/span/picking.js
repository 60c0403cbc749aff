// Picking a piece of the text by mouse or touch: the browser's own selection, widened to whole words or characters.
import { unitAt, unitUnder } from "./draw.js";

export function picking(list, signal) {
  let pressed = false;

  // What the browser has selected inside the text, in units; null if that is nothing, or elsewhere.
  function selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed || !list.body.contains(selection.anchorNode)) return null;
    const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(0);
    const inside = list.body.contains(endContainer);
    return { start: unitAt(list.body, startContainer, startOffset), end: inside ? unitAt(list.body, endContainer, endOffset) : list.text.length };
  }

  function take({ show }) {
    const range = selected();
    if (!range || list.own === `${range.start} ${range.end}`) return;
    const whole = list.points.whole(range.start, range.end, list.words);
    if (whole) list.pick(whole, whole, { show });
  }

  // A press without dragging picks the mark there, else the word.
  function tap(event) {
    if (selected()) return;
    const unit = unitUnder(list.body, event.clientX, event.clientY);
    if (unit === null) return;
    const here = list.marks.filter((one) => one.start <= unit && unit < one.end).sort((a, b) => (a.end - a.start) - (b.end - b.start));
    if (here.length) return list.pickMark(here[0]);
    const stop = list.points.stops(list.words)[list.points.after(unit, list.words)];
    if (stop && stop.start <= unit) list.pick(stop, stop, { show: true, tell: true });
  }

  list.body.addEventListener("pointerdown", () => { pressed = true; list.own = ""; }, { signal });
  document.addEventListener("pointerup", () => { if (pressed) take({ show: true }); pressed = false; }, { signal });
  document.addEventListener("pointercancel", () => { pressed = false; }, { signal });
  // Touch moves the ends of a selection without pointer events; it keeps its handles, and we only follow.
  document.addEventListener("selectionchange", () => { if (!pressed) take({ show: false }); }, { signal });
  list.body.addEventListener("click", tap, { signal });
}
