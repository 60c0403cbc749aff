/*
  How a text will look, rendered by the server a moment after the last change; a button, or its key, shows and hides it.

    <text-preview data-url="/…/preview" data-of="q-reply-text" data-in="q-reply-preview"><button aria-pressed="false">Preview</button></text-preview>
    <textarea id="q-reply-text"></textarea> <div id="q-reply-preview" hidden></div>
*/
import { say } from "../say.js";
import { keep, kept } from "../store.js";
import { gettext } from "../words.js";

const PAUSE = 400;

customElements.define("text-preview", class extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.box = document.getElementById(this.dataset.of);
    this.pane = document.getElementById(this.dataset.in);
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.button.addEventListener("click", () => this.toggle(), { signal });
    this.box.addEventListener("input", () => this.later(), { signal });
    this.box.form.addEventListener("restored", () => this.later(), { signal });
    document.addEventListener("hot-key", (event) => this.press(event), { signal });
    if (kept("preview")) this.show(true);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.stop.abort();
    this.asked?.abort();
  }

  // The text box that has the focus is meant; without one, the first.
  press(event) {
    if (event.detail.act !== "preview") return;
    const all = [...document.querySelectorAll("text-preview")];
    const meant = all.find((one) => one.box === document.activeElement) || all[0];
    if (meant !== this) return;
    event.preventDefault();
    this.toggle();
  }

  toggle() {
    const on = this.pane.hidden;
    keep("preview", on ? "1" : "");
    this.show(on);
    say(on ? gettext("The preview is shown") : gettext("The preview is hidden"));
  }

  show(on) {
    this.pane.hidden = !on;
    this.button.setAttribute("aria-pressed", String(on));
    this.button.classList.toggle("is-on", on);
    if (on) this.draw();
  }

  later() {
    if (this.pane.hidden) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draw(), PAUSE);
  }

  // An answer that comes after a newer question is not waited for. Without a network the last one stays, paler.
  async draw() {
    this.asked?.abort();
    this.asked = new AbortController();
    const { signal } = this.asked;
    const body = new URLSearchParams({ csrfmiddlewaretoken: this.box.form.elements.csrfmiddlewaretoken.value, text: this.box.value });
    try {
      const reply = await fetch(this.dataset.url, { method: "POST", body, signal, redirect: "error" });
      if (!reply.ok) throw new Error(reply.statusText);
      const html = await reply.text();
      const { scrollTop } = this.pane;
      this.pane.innerHTML = html;
      this.pane.scrollTop = scrollTop;
      this.pane.classList.remove("is-late");
    } catch {
      if (!signal.aborted) this.pane.classList.add("is-late");
    }
  }
});
