// Columns, grid, or one at a time with letters beside it; as the labeler left it for about so many answers.
import { say } from "../say.js";
import { keep, kept } from "../store.js";
import { gettext } from "../words.js";

const phone = matchMedia("(max-width: 46rem)");
const WORDS = { columns: gettext("Columns"), grid: gettext("Grid"), focus: gettext("One at a time") };

export function layout(list, signal) {
  const count = list.letters.length;
  const key = `layout.${count < 4 ? "few" : count < 7 ? "some" : "many"}`;
  const usual = list.dataset.usual || (count < 4 ? "columns" : count < 7 ? "grid" : "focus");
  letters(list);
  const set = (name) => {
    list.dataset.layout = name;
    for (const button of list.querySelectorAll("[data-layout-to]")) button.setAttribute("aria-pressed", String(button.dataset.layoutTo === name));
  };
  const wish = () => {
    const before = kept(key);
    return phone.matches ? "focus" : before in WORDS ? before : usual;
  };
  set(wish());
  phone.addEventListener("change", () => set(wish()), { signal });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-layout-to]");
    if (!button) return;
    set(button.dataset.layoutTo);
    if (!phone.matches) keep(key, button.dataset.layoutTo);
    say(WORDS[button.dataset.layoutTo]);
  }, { signal });
}

function letters(list) {
  const nav = list.querySelector("[data-letters]");
  nav.replaceChildren(...list.letters.map((letter) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.letterTo = letter;
    button.innerHTML = `<span class="stamp">${letter}</span><span dir="auto"></span><span class="num">–</span>`;
    button.children[1].textContent = list.gist[letter];
    return button;
  }));
}
