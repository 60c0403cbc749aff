// What is said beside the tiers: flags on the cards, strengths between tiers, a better answer.
import { say } from "../say.js";
import { gettext } from "../words.js";

export const STRENGTHS = ["slightly", "clearly", "much"];
export const VERDICTS = ["A much", "A clearly", "A slightly", "=", "B slightly", "B clearly", "B much"];

// What is said, and drawn.
export const strengthWord = (word) => ({ slightly: gettext("slightly"), clearly: gettext("clearly"), much: gettext("much") })[word];

export function verdict(letter, much) {
  if (letter === "=") return gettext("About the same");
  return {
    slightly: gettext("{letter} is slightly better", { letter }),
    clearly: gettext("{letter} is clearly better", { letter }),
    much: gettext("{letter} is much better", { letter }),
  }[much] || gettext("{letter} is better", { letter });
}

const change = (control) => control.dispatchEvent(new Event("change", { bubbles: true }));

export function flags(list, letter) {
  return [...list.card(letter).querySelectorAll(".flagging input:checked")];
}

// The steps between tiers that hold something: ["A = C | B", "B | D"]. A strength belongs to the two tiers that it stands between.
function steps(list) {
  const tiers = list.letters.map((_, place) => list.in(place + 1).join(" = ")).filter(Boolean);
  return tiers.slice(1).map((tier, place) => `${tiers[place]} | ${tier}`);
}

const lists = (list) => [...list.querySelectorAll("[data-step]")];

export function strength(list, step) {
  return lists(list)[step - 1]?.value || "";
}

export function setStrength(list, step, word) {
  const control = lists(list)[step - 1];
  if (!control) return;
  control.value = control.value === word ? "" : word;
  change(control);
  say(control.value
    ? gettext("Tier {tier}: {strength} better than the next", { tier: step, strength: strengthWord(control.value) })
    : gettext("Tier {tier}: no strength", { tier: step }));
}

// After a move: strengths go with their two tiers, and those whose tiers are no longer neighbors are forgotten.
export function follow(list) {
  const now = steps(list);
  const before = list.steps || now;
  const said = Object.fromEntries(before.map((step, place) => [step, strength(list, place + 1)]));
  lists(list).forEach((control, place) => { control.value = said[now[place]] || ""; });
  list.steps = now;
}

// Of two: the first is so much better, in the same act that ranks it.
export function mean(list, much) {
  list.steps = steps(list);
  lists(list)[0].value = much;
}

function draw(list) {
  for (const letter of list.letters) {
    const said = flags(list, letter).map((one) => one.dataset.word);
    const tag = list.card(letter).querySelector("[data-flagged]");
    if (tag) Object.assign(tag, { hidden: !said.length, textContent: said.join(", ") });
    list.card(letter).classList.toggle("is-flagged", said.length > 0);
  }
  list.querySelector("[data-write-better]")?.classList.toggle("is-on", Boolean(list.querySelector("[data-better]")?.value.trim()));
}

function seed(list) {
  const text = list.querySelector("[data-better]");
  if (text.value) return;
  const best = list.letters.find((letter) => list.tier(letter) === Math.min(...list.letters.map((one) => list.tier(one) || Infinity))) || list.now;
  const turns = [...list.card(best).querySelectorAll(".src, .plain")];
  text.value = turns.at(-1)?.textContent || "";
  origin(list).value = best;
  list.seeded = text.value;
}

function origin(list) {
  return list.querySelector(`[name="${CSS.escape(`${list.name}.better_from`)}"]`);
}

// What was only looked at is no better answer.
function onlySeen(list) {
  const text = list.querySelector("[data-better]");
  return Boolean(text) && text.value === list.seeded;
}

function leave(list) {
  const text = list.querySelector("[data-better]");
  text.value = "";
  origin(list).value = "";
  change(text);
  say(gettext("Left out"));
}

export function remarks(list, signal) {
  const remember = () => { list.steps = steps(list); };
  remember();
  const form = list.closest("form");
  form?.addEventListener("restored", remember, { signal });
  // The dialog tells that it closed a moment later; a quick hand has sent the answer by then.
  form?.addEventListener("formdata", ({ formData }) => {
    if (onlySeen(list)) [list.querySelector("[data-better]"), origin(list)].forEach(({ name }) => formData.delete(name));
  }, { signal });
  list.addEventListener("click", (event) => {
    if (event.target.closest("[data-write-better]")) seed(list);
    if (event.target.closest("[data-better-away]")) leave(list);
  }, { signal });
  list.addEventListener("change", ({ target }) => {
    const letter = target.closest(".flagging") && target.closest(".ans")?.dataset.letter;
    const { word } = target.dataset;
    if (letter) say(target.checked ? `${letter}: ${word}` : gettext("{letter}: not {flag}", { letter, flag: word }));
  }, { signal });
  list.querySelector("dialog")?.addEventListener("close", () => {
    if (onlySeen(list)) leave(list);
    else if (list.querySelector("[data-better]").value.trim()) say(gettext("Your better answer is kept"));
    draw(list);
  }, { signal });
  list.drawRemarks = () => draw(list);
}
