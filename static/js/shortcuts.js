/*
  Keys: what was pressed, and which act it means to whoever is signed in. The table is feedback/shortcuts.py's; the record
  brings it along (data-shortcuts on #task or #empty), so that a key chosen in another window counts from the next record on.
*/
const TYPING = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=submit], [type=button])";

export const typing = (target) => Boolean(target?.closest?.(TYPING));

// A letter or digit by what is printed on a Latin keyboard where the layout types something else (Arabic, Cyrillic, AZERTY).
export function pressed(event) {
  const plain = event.key.length === 1 ? event.key : "";
  if (/^[a-z0-9]$/i.test(plain) || /^[!-~]$/.test(plain) && !/^Digit/.test(event.code)) return plain.toLowerCase();
  const [, letter, digit] = /^(?:Key([A-Z])|(?:Digit|Numpad)([0-9]))$/.exec(event.code) || [];
  if (letter) return letter.toLowerCase();
  if (digit && (!event.shiftKey || /^[0-9]$/.test(plain))) return digit;
  return event.key === " " ? "Space" : event.key;
}

// "k", "=", "Shift+G", "Ctrl+Enter"; "" while only Shift, Ctrl and the like are down.
export function combination(event) {
  if (/^(Shift|Control|Alt|AltGraph|Meta|CapsLock|Dead|Process|Unidentified)$/.test(event.key)) return "";
  const key = pressed(event);
  const writes = event.getModifierState("AltGraph"); // AltGr is part of a sign, as Shift is
  const letter = /^\p{L}$/u.test(key);
  const parts = [];
  if ((event.ctrlKey || event.metaKey) && !writes) parts.push("Ctrl");
  if (event.altKey && !writes) parts.push("Alt");
  if (event.shiftKey && (letter || key.length > 1 || /^[0-9]$/.test(key))) parts.push("Shift");
  return [...parts, letter && parts.length ? key.toUpperCase() : key].join("+");
}

let source = null;
let table = {};

function keys() {
  const now = document.querySelector("[data-shortcuts]")?.dataset.shortcuts || "{}";
  if (now !== source) {
    source = now;
    table = JSON.parse(now);
  }
  return table;
}

export const actOf = (pressed) => (pressed && Object.entries(keys()).find(([, [key]]) => key === pressed)?.[0]) || "";

export const shown = (act) => keys()[act]?.[1] || "";

// What stands outside of the record, and what scripts draw, shows the same keys.
export function draw(root = document) {
  for (const kbd of root.querySelectorAll("kbd[data-of]")) Object.assign(kbd, { textContent: shown(kbd.dataset.of), hidden: !shown(kbd.dataset.of) });
  for (const element of root.querySelectorAll("[data-key]")) {
    const [key] = keys()[element.dataset.key] || [];
    if (key) element.setAttribute("aria-keyshortcuts", key.replace("Ctrl", "Control"));
    else element.removeAttribute("aria-keyshortcuts");
  }
}
