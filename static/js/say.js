// Tells people who listen what just happened.
let timer = 0;
let words = "";
let besides = [];

function soon() {
  clearTimeout(timer);
  const live = document.getElementById("live");
  if (!live) return;
  live.textContent = "";
  timer = setTimeout(() => { // the same words twice are read twice
    live.textContent = [words, ...besides].filter(Boolean).join(". ");
    words = "";
    besides = [];
  }, 40);
}

export function say(text) {
  words = text;
  soon();
}

// What came of it: said after the words of the same moment, not in their place.
export function also(text) {
  besides.push(text);
  soon();
}

export const icon = (name, extra = "") => `<svg class="i ${extra}" aria-hidden="true" focusable="false"><use href="#i-${name}"/></svg>`;
