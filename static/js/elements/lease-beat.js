/*
  Holds the record for this person while they look at it; says so once if it was given to somebody else.

    <lease-beat data-url="/…/heartbeat" data-lease="…"></lease-beat>
*/
import { gettext } from "../words.js";
import { toast } from "./toast-stack.js";

const EVERY = 60_000;

customElements.define("lease-beat", class extends HTMLElement {
  connectedCallback() {
    this.last = Date.now();
    this.timer = setInterval(() => this.beat(), EVERY);
    this.back = () => Date.now() - this.last > EVERY && this.beat();
    document.addEventListener("visibilitychange", this.back);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.back);
  }

  async beat() {
    if (document.hidden) return;
    this.last = Date.now();
    const token = document.querySelector("#answer [name=csrfmiddlewaretoken]")?.value || "";
    const body = new URLSearchParams({ lease: this.dataset.lease });
    const reply = await fetch(this.dataset.url, { method: "POST", body, redirect: "manual", headers: { "X-CSRFToken": token, Accept: "application/json" } }).catch(() => null);
    if (![404, 410].includes(reply?.status)) return;
    this.disconnectedCallback();
    toast(gettext("You were away for long: somebody else may get this record too. Your answer is still kept when you submit it."), { name: "lease", tone: "warn", stay: 0 });
  }
});
