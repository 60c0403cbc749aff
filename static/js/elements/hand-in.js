/*
  Hands in again what did not reach the server: a moment later, when the network is back, or when asked to. The
  submission has an id, so that the server takes it once, even if only its reply got lost.

    <hand-in><form id="answer"> …<input type="hidden" name="submission"> </form></hand-in>
*/
import { answers, same } from "../form-state.js";
import { identity } from "../identity.js";
import { gettext } from "../words.js";
import { toast } from "./toast-stack.js";

const PAUSES = [2000, 5000, 12000, 30000];
const GATEWAY = new Set([0, 502, 503, 504]);
const TEXT = gettext("No connection. Your answer is kept on this device and handed in by itself once the server can be reached.");

customElements.define("hand-in", class extends HTMLElement {
  connectedCallback() {
    Object.assign(this, { form: this.querySelector("form"), tries: 0, stop: new AbortController() });
    const { signal } = this.stop;
    for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, (event) => this.failed(event), { signal, capture: true });
    for (const name of ["input", "change", "restored"]) this.form.addEventListener(name, () => this.changed(), { signal });
    addEventListener("online", () => this.again(), { signal });
  }

  disconnectedCallback() {
    this.rest();
    this.stop.abort();
  }

  failed(event) {
    const { requestConfig, xhr } = event.detail;
    if (requestConfig?.elt !== this.form) return;
    this.rest();
    if (!GATEWAY.has(xhr?.status ?? 0)) return; // an answer, which says itself what is wrong
    event.preventDefault();
    this.button = requestConfig.triggeringEvent?.submitter || this.form.querySelector("[data-act=submit]");
    this.sent = answers(this.form);
    this.timer = setTimeout(() => this.again(), PAUSES[Math.min(this.tries, PAUSES.length - 1)]);
    this.tries += 1;
    const acts = [{ text: gettext("Try now"), press: () => this.again() }, { text: gettext("Not yet"), press: () => this.rest() }];
    this.note = toast(TEXT, { name: "hand-in", tone: "warn", stay: 0, acts });
  }

  again() {
    const button = this.button;
    if (!button) return;
    clearTimeout(this.timer);
    this.form.requestSubmit(button.isConnected ? button : null);
  }

  // Who goes on writing hands in what they write then, under an id of its own: the first may have arrived.
  changed() {
    if (!this.button || same(this.sent, answers(this.form))) return;
    this.rest();
    this.form.elements.submission.value = identity();
  }

  rest() {
    clearTimeout(this.timer);
    this.note?.remove();
    this.button = null;
  }
});
