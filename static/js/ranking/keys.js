// The keys of a ranking: letters look at an answer, digits place it, = ties it, arrows move it, x flags it.
import { VERDICTS } from "./remarks.js";

const LETTERS = 9; // A to I; the letters after that are commands

const rtl = (element) => getComputedStyle(element).direction === "rtl";

function belongs(list, target) {
  if (target.closest("[data-question]")) return list.contains(target);
  return list.places.some((place) => place?.contains(target));
}

export function keys(list, event) {
  const { key, digit, shift, target } = event.detail;
  const others = [...document.querySelectorAll("rank-list:not([hidden])")];
  if ((others.find((one) => one.dataset.current !== undefined) || others[0]) !== list) return;
  if (act(list, { key, digit, shift, target, mine: belongs(list, target), current: list.dataset.current !== undefined })) event.preventDefault();
}

function act(list, { key, digit, shift, target, mine, current }) {
  const letter = key.length === 1 ? key.toUpperCase() : "";
  if (letter && list.letters.slice(0, LETTERS).includes(letter) && !(shift && letter === "G")) {
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
  const side = { ArrowLeft: -1, ArrowRight: 1 }[key] * (rtl(list) ? -1 : 1);
  const duo = list.letters.length === 2;
  if (key === "=") return done(duo ? list.verdict("=") : list.tie(list.now));
  if (side && duo && !target.matches("pre")) return done(list.verdict(side < 0 ? "A" : "B"));
  if (key === "x") return flag(list);
  if (!mine) return false;
  if (side && !target.matches("input, select, pre")) return done(list.step(side));
  if (key === "ArrowUp" && !target.matches("select")) return done(list.shift(list.now, -1));
  if (key === "ArrowDown" && !target.matches("select")) return done(list.shift(list.now, 1));
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
