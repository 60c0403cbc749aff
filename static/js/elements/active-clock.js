/*
  Counts the time in which somebody really works: the tab is visible, and there was some input within the last minute.
  The sum goes into the form's active_ms, which begins with what the server has counted so far.

    <active-clock><svg …/><span>1:48 active</span></active-clock> … <input type="hidden" name="active_ms" value="108000">
*/
import { gettext } from "../words.js";
const IDLE = 60_000;
const TICK = 1000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "scroll", "touchmove"];

export function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h ? `${h}:${String(m).padStart(2, "0")}:${String(s).padStart(2, "0")}` : `${m}:${String(s).padStart(2, "0")}`;
}

customElements.define("active-clock", class extends HTMLElement {
  connectedCallback() {
    this.label = this.querySelector("span");
    this.lastInput = performance.now();
    this.lastTick = performance.now();
    this.stop = new AbortController();
    const woke = () => { this.lastInput = performance.now(); };
    for (const sign of SIGNS) addEventListener(sign, woke, { passive: true, capture: true, signal: this.stop.signal });
    this.timer = setInterval(() => this.tick(), TICK);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    this.stop.abort();
  }

  // A form that came back because something was wrong with it goes on counting where it was.
  carry(field) {
    const { record } = field.closest("[data-record]").dataset;
    if (record === this.record) field.value = Math.max(Number(field.value), this.sum);
    this.record = record;
    this.sum = Number(field.value);
  }

  // A sleeping machine wakes with one long tick: it counts as a short one.
  tick() {
    const now = performance.now();
    const passed = Math.min(now - this.lastTick, 2 * TICK);
    this.lastTick = now;
    const field = document.querySelector("#answer [name=active_ms]");
    this.hidden = !field;
    if (!field) return;
    this.carry(field);
    if (document.hidden || now - this.lastInput > IDLE) return;
    field.value = Math.round(Number(field.value) + passed);
    this.sum = Number(field.value);
    this.label.textContent = gettext("{time} active", { time: clock(Number(field.value)) });
  }
});
