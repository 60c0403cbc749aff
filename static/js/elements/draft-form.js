/*
  Loses nothing: each change goes to a journal on this device at once, to the server a moment later, and at the end of the page.

    <draft-form data-record="…" data-member="…" data-draft="/…/draft" data-saved="2026-03-01T12:04:31+00:00">
      <form id="answer"><input type="hidden" name="revision" value="3"> …questions… </form>
    </draft-form>

  data-alone: this device is the only place that keeps it (a record that is still being written).
  The server answers {"revision", "saved_at"}, or 409 {"detail", "revision", "is_draft"} if another window was quicker.
*/
import { answers, restore, same } from "../form-state.js";
import { Journal } from "../journal.js";
import { say } from "../say.js";
import { gettext } from "../words.js";
import { saved } from "./saved-state.js";
import { toast } from "./toast-stack.js";

const PAUSE = 800;
const RETRIES = [3000, 8000, 20000, 45000];

customElements.define("draft-form", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.revision = this.form.elements.revision;
    this.journal = new Journal(this.dataset.member, this.dataset.record);
    Object.assign(this, { changes: 0, stored: 0, failures: 0, running: null, done: false, stop: new AbortController() });
    const { signal } = this.stop;
    for (const name of ["input", "change", "restored"]) this.form.addEventListener(name, (event) => this.changed(event), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.leave(), { signal });
    document.addEventListener("htmx:confirm", (event) => this.settle(event), { signal });
    document.addEventListener("htmx:beforeSwap", (event) => this.handedIn(event), { signal });
    addEventListener("pagehide", () => this.leave(), { signal });
    addEventListener("online", () => this.save(), { signal });
    this.recover();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    if (!this.done) this.leave();
    this.stop.abort();
  }

  recover() {
    const known = this.journal.read();
    const now = answers(this.form);
    if (known && same(known.answers, now) && this.dataset.alone !== undefined) return saved("device");
    if (!known || same(known.answers, now)) {
      this.journal.clear();
      return saved("server", this.dataset.saved || null);
    }
    const newer = Number(this.revision.value) > known.base && new Date(this.dataset.saved || 0) > known.at;
    if (!newer) {
      restore(this.form, known.answers);
      return say(gettext("What this device had kept is back."));
    }
    saved("server", this.dataset.saved);
    return toast(gettext("This draft was changed elsewhere since. This device has kept another version."), {
      name: "draft", stay: 0, acts: [{ text: gettext("Use the one of this device"), press: () => restore(this.form, known.answers) }],
    });
  }

  changed(event) {
    if (this.done || event.target.name === "note" || event.target.matches?.("[data-filter]")) return;
    this.changes += 1;
    saved(this.write() ? "device" : "none");
    this.later(PAUSE);
  }

  write() {
    return this.journal.write(answers(this.form), Number(this.revision.value));
  }

  later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  save() {
    if (this.done || this.running || this.stored === this.changes || !this.dataset.draft) return this.running;
    this.running = this.send(this.changes).finally(() => { this.running = null; });
    return this.running;
  }

  async send(upTo) {
    const body = new URLSearchParams(new FormData(this.form));
    const options = { redirect: "manual", keepalive: String(body).length < 60000, signal: AbortSignal.timeout(15000) };
    let reply;
    try {
      reply = await fetch(this.dataset.draft, { method: "POST", body, headers: { Accept: "application/json" }, ...options });
    } catch {
      return this.retry();
    }
    const said = await reply.json().catch(() => ({}));
    if (reply.ok) return this.keptByServer(upTo, said);
    if (reply.status === 409) return this.conflict(said);
    if (reply.type === "opaqueredirect" || [401, 403].includes(reply.status)) return this.signedOut();
    return this.retry();
  }

  keptByServer(upTo, { revision, saved_at: at }) {
    this.failures = 0;
    this.stored = upTo;
    if (revision) this.revision.value = revision;
    if (this.done) return;
    if (upTo !== this.changes) {
      this.write();
      return this.later(PAUSE);
    }
    this.journal.clear();
    saved("server", at);
  }

  retry() {
    saved(this.journal.read() ? "device" : "none");
    this.later(RETRIES[Math.min(this.failures, RETRIES.length - 1)]);
    this.failures += 1;
  }

  // What was handed in is replaced by handing in again, not by a draft: it stays here until then.
  conflict({ detail, revision, is_draft: isDraft }) {
    saved(this.write() ? "device" : "none");
    const keep = () => { this.revision.value = revision; this.changes += 1; this.write(); this.save(); };
    const load = () => { this.journal.clear(); this.done = true; location.reload(); };
    toast(detail || gettext("Another window has saved a newer draft."), {
      name: "draft", tone: "danger", acts: [...(isDraft ? [{ text: gettext("Keep what is here"), press: keep }] : []), { text: gettext("Load the other"), press: load }],
    });
  }

  signedOut() {
    saved(this.journal.read() ? "device" : "none");
    toast(gettext("You are signed out. Your work is kept on this device."), { name: "draft", tone: "danger", acts: [{ text: gettext("Sign in"), href: location.href }] });
  }

  // The tab closes or goes to the back: what is not there yet is sent at once and outlives the page.
  leave() {
    clearTimeout(this.timer);
    this.save();
  }

  // A draft on its way arrives before the answer does, or not at all.
  settle(event) {
    if (event.target !== this.form) return;
    clearTimeout(this.timer);
    if (!this.running) return;
    event.preventDefault();
    Promise.race([this.running, new Promise((go) => { setTimeout(go, 3000); })]).finally(() => event.detail.issueRequest(true));
  }

  handedIn({ detail }) {
    if (detail.requestConfig?.elt !== this.form || !detail.shouldSwap || detail.xhr.status !== 200) return;
    this.done = true;
    this.journal.clear();
  }
});
