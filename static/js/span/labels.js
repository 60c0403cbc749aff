// The labels that a text is marked with: each has a key; of many, the first are shown, and a search finds the others.
import { actOf } from "../shortcuts.js";
import { gettext, ngettext } from "../words.js";

const KEYS = [..."1234567890abcdefghijklmnopqrstuvwxyz"];

export function labels(list, signal) {
  const all = [...list.querySelectorAll("[data-label]")];
  const filter = list.querySelector("[data-filter]");
  const more = list.querySelector("[data-unfold]");
  const most = Number(list.dataset.visible);
  let open = false;

  const keys = KEYS.filter((key) => !actOf(key)); // the other letters are acts of the page
  all.forEach((button, place) => {
    button.querySelector("kbd").textContent = keys[place] || "";
  });

  function narrow() {
    const wanted = filter?.value.trim().toLocaleLowerCase() || "";
    for (const [place, button] of all.entries()) {
      const used = list.marks.some(({ label }) => label === button.dataset.label);
      button.hidden = wanted ? !button.textContent.toLocaleLowerCase().includes(wanted) : !open && place >= most && !used;
    }
    list.querySelector("[data-no-label]").hidden = all.some((button) => !button.hidden);
    if (!more) return;
    more.hidden = Boolean(wanted) || all.length <= most;
    more.textContent = open ? gettext("Show fewer") : ngettext("{number} label", "All {number} labels", all.length);
    more.setAttribute("aria-expanded", String(open));
  }

  filter?.addEventListener("input", narrow, { signal });
  filter?.addEventListener("keydown", (event) => {
    const first = all.find((button) => !button.hidden);
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !first) return;
    event.preventDefault();
    first.click(); // what was found marks what is selected
  }, { signal });
  more?.addEventListener("click", () => { open = !open; narrow(); }, { signal });

  return { narrow, byKey: (key) => all[keys.indexOf(key)], all };
}
