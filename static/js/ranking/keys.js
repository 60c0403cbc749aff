// The keys of a ranking: letters look at an answer, digits place it; acts tie it, move it, flag it, go to the next one.
import { VERDICTS } from "./remarks.js";

const LETTERS = 9; // A to I; the letters after that are acts

const rtl = (element) => getComputedStyle(element).direction === "rtl";

function belongs(list, target) {
  if (target.closest("[data-question]")) return list.contains(target);
  return list.places.some((place) => place?.contains(target));
}

export function keys(list, event) {
  const { target } = event.detail;
  const others = [...document.querySelectorAll("rank-list:not([hidden])")];
  if ((others.find((one) => one.dataset.current !== undefined) || others[0]) !== list) return;
  if (act(list, { ...event.detail, mine: belongs(list, target), current: list.dataset.current !== undefined })) event.preventDefault();
}

function act(list, { act: name, key, digit, shift, target, mine, current }) {
  const letter = !name && key.length === 1 ? key.toUpperCase() : "";
  if (letter && list.letters.slice(0, LETTERS).includes(letter)) {
    list.point(letter);
    return true;
  }
  if (!current) return false;
  if (digit !== null && !shift && list.querySelector(".versus.seven")) {
    return VERDICTS[digit - 1] ? done(list.verdict(VERDICTS[digit - 1])) : false;
  }
  if (digit !== null && !shift) {
    if (digit > list.letters.length) return false;
    list.place(list.now, digit);
    return true;
  }
  const arrow = key.startsWith("Arrow");
  const side = { previous_answer: -1, next_answer: 1 }[name] * (arrow && rtl(list) ? -1 : 1);
  const duo = list.letters.length === 2;
  if (name === "tie") return done(duo ? list.verdict("=") : list.tie(list.now));
  if (side && duo && !(arrow && target.matches("pre"))) return done(list.verdict(side < 0 ? "A" : "B"));
  if (name === "flag") return flag(list);
  // Arrows also scroll, and walk in lists: they are the ranking's only within it.
  if (arrow && (!mine || target.matches(side ? "input, select, pre" : "select"))) return false;
  if (side) return done(list.step(side));
  if (name === "up") return done(list.shift(list.now, -1));
  if (name === "down") return done(list.shift(list.now, 1));
  return false;
}

function flag(list) {
  const button = list.card(list.now).querySelector("[data-flag]");
  if (!button) return false;
  document.getElementById(button.getAttribute("popovertarget")).dataset.byKey = "";
  button.click();
  return true;
}

const done = () => true;
