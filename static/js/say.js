// Tells people who listen what just happened.
let timer = 0;

export function say(text) {
  const live = document.getElementById("live");
  if (!live) return;
  live.textContent = "";
  clearTimeout(timer);
  timer = setTimeout(() => { live.textContent = text; }, 40); // the same words twice are read twice
}

export const icon = (name, extra = "") => `<svg class="i ${extra}" aria-hidden="true" focusable="false"><use href="#i-${name}"/></svg>`;
