/*
  Always one of: Saved 12:04:31, Saved on this device, Not saved. draft-form.js says which, by the event "saved".

    <saved-state class="saved"></saved-state>
*/
import { icon, say } from "../say.js";

const LOOKS = { server: "check", device: "device", none: "alert" };

export function saved(state, at = null) {
  document.dispatchEvent(new CustomEvent("saved", { detail: { state, at } }));
}

customElements.define("saved-state", class extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    document.addEventListener("saved", (event) => this.show(event.detail), { signal: this.stop.signal });
    if (!this.dataset.state) this.show({ state: "server", at: null });
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  show({ state, at }) {
    const when = at ? new Date(at) : new Date();
    const text = {
      server: `Saved ${when.toLocaleTimeString("en-GB")}`,
      device: "Saved on this device",
      none: "Not saved",
    }[state];
    if (this.dataset.state && this.dataset.state !== state && state === "none") say(text);
    this.dataset.state = state;
    this.innerHTML = `${icon(LOOKS[state])}<span>${text}</span>`;
  }
});
