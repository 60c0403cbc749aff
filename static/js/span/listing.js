// The marks of a text as a list: for those who listen, and to take one away by a tap. Made when it is open.
import { icon } from "../say.js";
import { gettext, ngettext } from "../words.js";

const LONG = 60;
const shorten = (text) => (text.length > LONG ? `${text.slice(0, LONG)}…` : text);

export function listing(list) {
  const box = list.querySelector("[data-list]");
  const count = list.marks.length;
  box.querySelector("summary").textContent = ngettext("{number} mark", "{number} marks", count);
  box.hidden = count === 0;
  if (!box.open) return;
  const rows = list.marks.map((mark, place) => {
    const row = document.createElement("li");
    row.innerHTML = `<button class="quote" type="button" data-go="${place}" dir="auto"></button><span class="tag c${mark.hue}" dir="auto"></span><button class="btn quiet icon" type="button" data-away="${place}">${icon("x")}</button>`;
    const quote = shorten(list.text.slice(mark.start, mark.end));
    row.querySelector(".quote").textContent = quote;
    row.querySelector(".tag").textContent = mark.says;
    row.querySelector("[data-away]").setAttribute("aria-label", gettext("Remove {label}: {quote}", { label: mark.says, quote }));
    return row;
  });
  box.querySelector("ol").replaceChildren(...rows);
}
