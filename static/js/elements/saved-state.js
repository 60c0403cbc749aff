/*
  Always one of: Saved 12:04:31, Saved on this device, Not saved. draft-form.js says which, by the event "saved". Of each
  record the first save is said aloud, and from then on only what differs from the last that was said and stays so.

    <saved-state class="saved"></saved-state>
*/
import { icon, say } from "../say.js";
import { gettext } from "../words.js";

const STAYS = 2500;
const LOOKS = { server: "check", device: "device", none: "alert" };

export function saved(state, at = null) {
  document.dispatchEvent(new CustomEvent("saved", { detail: { state, at } }));
}

customElements.define("saved-state", class extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    document.addEventListener("saved", (event) => this.show(event.detail), { signal: this.stop.signal });
    this.told = { state: "server", record: "" };
    if (!this.dataset.state) this.show({ state: "server", at: null });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.stop.abort();
  }

  show({ state, at }) {
    const when = at ? new Date(at) : new Date();
    const text = {
      server: gettext("Saved {time}", { time: when.toLocaleTimeString("en-GB") }),
      device: gettext("Saved on this device"),
      none: gettext("Not saved"),
    }[state];
    this.tell(state, text);
    this.dataset.state = state;
    this.innerHTML = `${icon(LOOKS[state])}<span>${text}</span>`;
  }

  tell(state, text) {
    const record = document.getElementById("task")?.dataset.record;
    clearTimeout(this.timer);
    if (state === "device" && record !== this.told.record) this.told = { state: "", record };
    if (state === this.told.state) return;
    this.timer = setTimeout(() => {
      this.told.state = state;
      say(text);
    }, state === "none" ? 0 : STAYS);
  }
});
