// The keys of a text that is marked: arrows walk, Shift extends, digits and letters mark, Delete removes, Tab goes from mark to mark.
import { pressed } from "../shortcuts.js";
import { unitUnder } from "./draw.js";

const WALK = { ArrowLeft: -1, ArrowRight: 1 };
const LINES = { ArrowUp: -1, ArrowDown: 1 };

export function keys(list, event) {
  if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return;
  if (act(list, event)) event.preventDefault();
}

function act(list, event) {
  const { key, shiftKey: shift } = event;
  const side = WALK[key] * (getComputedStyle(list.body).direction === "rtl" ? -1 : 1);
  if (side) return done(walk(list, side, shift));
  if (LINES[key]) return line(list, LINES[key], shift);
  if (key === "Home" || key === "End") return done(edge(list, key === "End", shift));
  if (key === "Delete" || key === "Backspace") return done(list.unmark());
  if (key === "Escape") return done(list.letGo());
  if (key === "Tab") return tab(list, shift ? -1 : 1);
  return key.length === 1 && !shift && list.press(pressed(event));
}

const done = () => true;

function reach(list, stop, extend) {
  list.pick(extend && list.anchor ? list.anchor : stop, stop, { show: true, tell: true });
}

export function walk(list, side, extend) {
  const stops = list.points.stops(list.words);
  if (!stops.length) return;
  const from = extend ? list.head : list.picked; // as in any text: from the end of what is selected
  const next = !from ? 0 : side > 0 ? list.points.after(from.end, list.words) : list.points.after(from.start, list.words) - 1;
  reach(list, stops[Math.max(0, Math.min(stops.length - 1, next))], extend);
}

// By a button: the end of what is picked goes one stop further, or back.
export function grow(list, by) {
  const stops = list.points.stops(list.words);
  const at = list.points.after(list.picked.end - 1, list.words) + by;
  const stop = stops[Math.max(0, Math.min(stops.length - 1, at))];
  if (stop && stop.start >= list.picked.start) list.pick({ start: list.picked.start, end: Math.min(list.anchor.end, stop.end) }, stop, { show: true, tell: true });
}

function edge(list, last, extend) {
  const stop = list.points.stops(list.words).at(last ? -1 : 0);
  if (stop) reach(list, stop, extend);
}

// The word above or below, as it looks. Without one the page scrolls.
function line(list, side, extend) {
  if (!list.head) return false;
  const boxes = list.range(list.head.start, list.head.end).getClientRects();
  const box = boxes[side < 0 ? 0 : boxes.length - 1];
  const height = parseFloat(getComputedStyle(list.body).lineHeight) || box.height * 1.5;
  const unit = unitUnder(list.body, box.left + box.width / 2, box.top + box.height / 2 + side * height);
  if (unit === null) return false;
  const stops = list.points.stops(list.words);
  const stop = stops[Math.min(list.points.after(unit, list.words), stops.length - 1)];
  if (!stop || stop === list.head) return false;
  reach(list, stop, extend);
  return true;
}

// From mark to mark; after the last one, or after Escape, Tab leaves as it does everywhere.
function tab(list, side) {
  if (list.leaving) return false;
  const at = list.picked ? (side > 0 ? list.picked.start : list.picked.end) : side > 0 ? -1 : Infinity;
  const ahead = list.marks.filter((mark) => (side > 0 ? mark.start > at : mark.end < at));
  const mark = side > 0 ? ahead[0] : ahead.at(-1);
  if (!mark) return false;
  list.pickMark(mark);
  return true;
}
