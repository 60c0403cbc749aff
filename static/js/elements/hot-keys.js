/*
  Keys for the whole page. Any element may be pressed by a key:

    <button data-key="k">Skip</button>      <a data-key="Shift+G" href="#guide">Guidelines</a>
    <hot-keys></hot-keys>

  Before it looks for such an element it sends "hot-key" to the document ({ key, digit, shift }); whoever acts on that calls
  preventDefault(). Nothing happens while somebody types, writes with an input method, or has a dialog or a menu open.
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
  return event.key;
}

customElements.define("hot-keys", class extends HTMLElement {
  connectedCallback() {
    this.listen = (event) => this.press(event);
    document.addEventListener("keydown", this.listen);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listen);
  }

  press(event) {
    if (event.defaultPrevented || event.isComposing || event.metaKey || event.ctrlKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open], [popover]:popover-open")) return;
    const key = pressed(event);
    const digit = /^[0-9]$/.test(key) ? Number(key) : null;
    const offer = new CustomEvent("hot-key", { cancelable: true, detail: { key, digit, shift: event.shiftKey, target: event.target } });
    const taken = !document.dispatchEvent(offer) || this.click(event.shiftKey && /^[a-z]$/.test(key) ? `Shift+${key.toUpperCase()}` : key);
    if (taken) event.preventDefault();
  }

  click(key) {
    const all = [...document.querySelectorAll(`[data-key~="${CSS.escape(key)}"]`)];
    const hit = all.find((element) => element.offsetParent || getComputedStyle(element).position === "fixed") || all[0];
    if (!hit) return false;
    const menu = hit.getAttribute("popovertarget");
    if (menu) document.getElementById(menu).dataset.byKey = "";
    hit.click();
    return true;
  }
});
