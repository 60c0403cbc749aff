// Colors, text size and reading face: buttons with data-set="theme=dark". Set again before the first paint by theme.js.
import { forget, keep } from "./store.js";

const root = document.documentElement;

function mark() {
  for (const button of document.querySelectorAll("[data-set]")) {
    const [key, value] = button.dataset.set.split("=");
    button.setAttribute("aria-pressed", String((root.dataset[key] || "") === value));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-set]");
  if (!button) return;
  const [key, value] = button.dataset.set.split("=");
  if (value) {
    root.dataset[key] = value;
    keep(key, value);
  } else {
    delete root.dataset[key];
    forget(key);
  }
  mark();
});

mark();
