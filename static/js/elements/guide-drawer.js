/*
  The guidelines beside the work. Stays as it was left, open or shut and as wide; opens by itself until this version was read.

    <guide-drawer data-version="4" data-unread><div id="guide" class="guide shut">…</div><div class="grip" role="separator">…</div></guide-drawer>
    <a href="#guide" data-guide>Guidelines</a>   <a href="#main" data-guide-close>Close</a>
*/
import { say } from "../say.js";
import { keep, kept } from "../store.js";
import { gettext } from "../words.js";

const root = document.documentElement;
const LEAST = 240;
const MOST = 640;
const narrow = matchMedia("(max-width: 64rem)");

customElements.define("guide-drawer", class extends HTMLElement {
  connectedCallback() {
    this.panel = this.querySelector(".guide");
    this.grip = this.querySelector(".grip");
    this.stop = new AbortController();
    const { signal } = this.stop;
    if (kept("guide.width")) this.size(Number(kept("guide.width")));
    this.open(this.dataset.unread !== undefined || (kept("guide") === "open" && !narrow.matches), { remember: false });
    document.addEventListener("click", (event) => this.click(event), { signal });
    this.addEventListener("keydown", (event) => this.key(event), { signal });
    this.addEventListener("htmx:afterRequest", (event) => event.detail.successful && this.acknowledged(event.target), { signal });
    this.grip.addEventListener("pointerdown", (event) => this.drag(event), { signal });
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  get shown() {
    return !this.panel.classList.contains("shut");
  }

  open(yes, { remember = true } = {}) {
    this.panel.classList.toggle("shut", !yes);
    this.grip.hidden = !yes;
    root.classList.toggle("guide-open", yes);
    for (const button of document.querySelectorAll("[data-guide]")) button.setAttribute("aria-expanded", String(yes));
    if (remember) keep("guide", yes ? "open" : "shut");
  }

  click(event) {
    const opens = event.target.closest("[data-guide]");
    const closes = event.target.closest("[data-guide-close]");
    if (!opens && !closes) return;
    event.preventDefault();
    this.open(Boolean(opens) && !this.shown);
    if (this.shown) this.panel.focus({ preventScroll: true });
    else document.querySelector("[data-guide]")?.focus({ preventScroll: true });
    say(this.shown ? gettext("Guidelines open") : gettext("Guidelines closed"));
  }

  key(event) {
    if (event.key === "Escape" && this.shown) {
      event.stopPropagation();
      this.querySelector("[data-guide-close]").click();
    }
    const step = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
    if (!step || event.target !== this.grip) return;
    event.preventDefault();
    this.size(this.panel.offsetWidth + (root.dir === "rtl" ? -step : step));
  }

  drag(event) {
    this.grip.setPointerCapture(event.pointerId);
    const move = (at) => this.size(root.dir === "rtl" ? innerWidth - at.clientX : at.clientX);
    this.grip.addEventListener("pointermove", move);
    this.grip.addEventListener("lostpointercapture", () => this.grip.removeEventListener("pointermove", move), { once: true });
  }

  size(px) {
    const width = Math.round(Math.max(LEAST, Math.min(MOST, px)));
    root.style.setProperty("--guide", `${width}px`);
    this.grip.setAttribute("aria-valuenow", String(width));
    keep("guide.width", width);
  }

  acknowledged(form) {
    if (!form.matches("[data-acknowledge]")) return;
    form.remove();
    for (const part of this.querySelectorAll(".changed")) part.classList.remove("changed");
    if (narrow.matches) this.open(false, { remember: false });
    else this.panel.focus({ preventScroll: true });
    say(gettext("Noted: you have read version {version}.", { version: this.dataset.version }));
  }
});
