// The ranking as it stands, in the rail, and the current answer's tiers in the dock.
import { icon } from "../say.js";
import { gettext } from "../words.js";
import { flags, strength, STRENGTHS, strengthWord } from "./remarks.js";

const ALL = 9; // up to so many tiers are drawn even when empty

function token(list, letter) {
  const item = document.createElement("li");
  item.className = "token";
  item.dataset.hold = letter;
  const [up, down] = [gettext("Move {letter} up", { letter }), gettext("Move {letter} down", { letter })];
  item.innerHTML = `<span class="stamp is-placed">${letter}</span><span dir="auto"></span>
    <button type="button" data-shift="-1" data-letter="${letter}" aria-label="${up}">${icon("up")}</button>
    <button type="button" data-shift="1" data-letter="${letter}" aria-label="${down}">${icon("down")}</button>`;
  item.children[1].textContent = list.gist[letter];
  return item;
}

function lane(list, tier, letters) {
  const row = document.createElement("div");
  row.className = `lane${letters.length ? "" : " is-empty"}`;
  row.dataset.drop = tier;
  row.dataset.tier = tier;
  const word = gettext("Tier");
  row.innerHTML = `<b><span class="vh">${word} </span>${tier}</b>`;
  if (letters.length) {
    const items = document.createElement("ul");
    items.append(...letters.map((letter) => token(list, letter)));
    row.append(items);
  }
  return row;
}

// Between two tiers that hold something: how much better the upper one is.
function gap(list, step) {
  const row = document.createElement("div");
  row.className = "gap";
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", gettext("How much better than the next tier"));
  const said = strength(list, step);
  row.innerHTML = STRENGTHS.map((word) => `<button type="button" data-strength="${word}" data-of="${step}" aria-pressed="${word === said}">${strengthWord(word)}</button>`).join("");
  return row;
}

function rows(list, last) {
  const filled = [];
  const all = [];
  for (let tier = 1; tier <= last; tier += 1) {
    const letters = list.in(tier);
    if (letters.length && filled.length && list.querySelector("[data-step]")) all.push(gap(list, filled.length));
    if (letters.length) filled.push(tier);
    all.push(lane(list, tier, letters));
  }
  return all;
}

function tray(list, place) {
  const { loose, open } = list;
  place.replaceChildren(...loose.map((letter) => {
    const stamp = document.createElement("span");
    stamp.className = `token${flags(list, letter).length ? " is-flagged" : ""}`;
    stamp.dataset.hold = letter;
    stamp.innerHTML = `<span class="stamp">${letter}</span>`;
    return stamp;
  }));
  const words = !loose.length ? gettext("Every answer has a place") : !open.length ? gettext("flagged") : open.length === list.letters.length ? gettext("Nothing placed yet") : gettext("not placed");
  place.append(Object.assign(document.createElement("span"), { textContent: words }));
}

export function drawLanes(list) {
  const part = list.places.find((place) => place?.querySelector(".lanes"));
  const count = list.letters.length;
  for (const button of list.querySelectorAll("[data-letter-to]")) {
    const tier = list.tier(button.dataset.letterTo);
    button.querySelector(".stamp").classList.toggle("is-placed", Boolean(tier));
    button.lastElementChild.textContent = tier || "–";
  }
  for (const button of list.querySelectorAll("[data-verdict]")) {
    const [a, b] = list.letters.map((letter) => list.tier(letter));
    const verdict = !a || !b ? "" : a === b ? "=" : a < b ? "A" : "B";
    const [which, much] = button.dataset.verdict.split(" ");
    button.setAttribute("aria-pressed", String(which === verdict && (!much || strength(list, 1) === much)));
  }
  if (!part) return;
  const lanes = part.querySelector(".lanes");
  const held = lanes.contains(document.activeElement) ? { ...document.activeElement.dataset } : null;
  const last = count <= ALL ? count : Math.min(count, Math.max(5, ...list.letters.map((letter) => list.tier(letter) + 1)));
  lanes.replaceChildren(...rows(list, last));
  tray(list, part.querySelector(".tray"));
  if (held?.shift) lanes.querySelector(`[data-shift="${held.shift}"][data-letter="${held.letter}"]`)?.focus();
  else if (held?.strength) lanes.querySelector(`[data-strength="${held.strength}"][data-of="${held.of}"]`)?.focus();
}

export function drawDock(list) {
  const dock = list.places.find((place) => place?.matches?.(".dock-rank"));
  if (!dock) return;
  const tier = list.tier(list.now);
  const stamp = dock.querySelector("[data-now]");
  stamp.textContent = list.now;
  stamp.classList.toggle("is-placed", Boolean(tier));
  for (const button of dock.querySelectorAll("[data-put]")) button.setAttribute("aria-pressed", String(Number(button.dataset.put) === tier));
  const choice = dock.querySelector("[data-put-list]");
  if (choice) choice.value = String(tier);
}
