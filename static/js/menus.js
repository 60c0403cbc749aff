import { pressed } from "./shortcuts.js";

// Popovers stand beside their button and are walked with arrows and digits; dialogs open by data-dialog, close by data-close.
const items = (menu) => [...menu.querySelectorAll(".item, .seg button")].filter((item) => item.offsetParent);

export function place(menu) {
  const at = document.querySelector(`[popovertarget="${menu.id}"]:hover, [popovertarget="${menu.id}"]:focus`)
    || [...document.querySelectorAll(`[popovertarget="${menu.id}"]`)].find((button) => button.offsetParent);
  if (!at) return;
  const a = at.getBoundingClientRect();
  const m = menu.getBoundingClientRect();
  const below = a.bottom + 4;
  const left = a.left + a.width / 2 > innerWidth / 2 ? a.right - m.width : a.left;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - m.width - 8))}px`;
  menu.style.top = `${below + m.height > innerHeight - 8 ? Math.max(8, a.top - m.height - 6) : below}px`;
  menu.dataset.placed = "";
}

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.(".menu[popover]")) return;
  const open = event.newState === "open";
  for (const button of document.querySelectorAll(`[popovertarget="${menu.id}"]`)) button.setAttribute("aria-expanded", String(open));
  if (!open) return;
  place(menu);
  if (menu.dataset.byKey !== undefined) items(menu)[0]?.focus();
  delete menu.dataset.byKey;
}, true);

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    opener.closest("[popover]")?.hidePopover();
    document.getElementById(opener.dataset.dialog)?.showModal();
  }
  if (event.target.closest("[data-close]") || event.target.tagName === "DIALOG") event.target.closest("dialog")?.close();
  const item = event.target.closest(".menu .item");
  // Only after the button has sent its form: closing moves the focus, and with it what counts as the pressed button.
  if (item && event.target.tagName !== "INPUT") setTimeout(() => item.closest("[popover]:popover-open")?.hidePopover());
});

document.addEventListener("keydown", (event) => {
  // The open menu, also in the moment before the focus has moved into it: quick fingers press "j", "1" at once.
  const menu = event.target.closest?.(".menu[popover]") || document.querySelector(".menu[popover]:popover-open");
  if (!menu || event.target.matches("input:not([type=checkbox], [type=radio]), textarea") || event.metaKey || event.ctrlKey) return;
  const all = items(menu);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    all[(all.indexOf(document.activeElement) + step + all.length) % all.length]?.focus();
  }
  const numbered = menu.querySelector(`[data-digit="${CSS.escape(pressed(event))}"]`);
  if (numbered) {
    event.preventDefault();
    numbered.click();
  }
});
