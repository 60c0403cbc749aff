/*
  Keys for the whole page. An element is pressed by the key of its act (js/shortcuts.js):

    <button data-key="skip">Skip <kbd data-of="skip">k</kbd></button>      <hot-keys></hot-keys>

  Before it looks for such an element it sends "hot-key" to the document ({ act, key, digit, shift, target }); whoever acts on
  that calls preventDefault(). While somebody types or has a menu open only keys with Ctrl or Alt count; in a dialog none.
*/
import { actOf, combination, draw, pressed, typing } from "../shortcuts.js";

customElements.define("hot-keys", class extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("keydown", (event) => this.press(event), { signal });
    document.addEventListener("htmx:afterSettle", () => draw(), { signal });
    draw();
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  press(event) {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const keys = combination(event);
    const alone = !/^(Ctrl|Alt)\+/.test(keys);
    if (!keys || alone && (typing(event.target) || document.querySelector("[popover]:popover-open"))) return;
    const act = actOf(keys);
    if (!alone && !act) return;
    const key = alone ? pressed(event) : "";
    const digit = /^[0-9]$/.test(key) ? Number(key) : null;
    const offer = new CustomEvent("hot-key", { cancelable: true, detail: { act, key, digit, shift: event.shiftKey, target: event.target } });
    if (!document.dispatchEvent(offer) || (act && this.click(act, event))) event.preventDefault();
  }

  click(act, event) {
    const all = [...document.querySelectorAll(`[data-key="${CSS.escape(act)}"]`)];
    const hit = all.find((element) => element.offsetParent || getComputedStyle(element).position === "fixed") || all[0];
    if (!hit) return false;
    if (event.repeat) return true; // a key that is held down does it once
    const menu = hit.getAttribute("popovertarget");
    if (menu) document.getElementById(menu).dataset.byKey = "";
    hit.click();
    return true;
  }
});
