/*
  Sends large files in parts, so that a lost connection, a reload or a night asleep costs nothing that was sent already.

    <resumable-upload data-begin="/acme/datasets/…/uploads" data-part="/acme/uploads/" data-part-size="8388608">
      <form method="post" enctype="multipart/form-data"><input type="file" name="file"> … </form>
      <section data-sending hidden> [data-name] [data-numbers] [role=progressbar] [data-state] [data-pause] [data-resume] [data-cancel] </section>
      <ul><li data-upload="id" data-fingerprint="…">an upload that was not finished</li></ul>
    </resumable-upload>

  The form is sent once all parts are there, with the ids of the uploads (`upload`) in the place of the files. What is
  together no larger than a part goes with the form itself, as without scripts. Several files are sent one after another.
*/
import { say } from "../say.js";
import { gettext, ngettext } from "../words.js";

const WAITS = [1, 2, 4, 8, 15, 30]; // seconds before the next attempt
const STALLS = 60_000; // milliseconds without a byte

class Refused extends Error {} // for good: the sentence is the server's

const fingerprint = (file) => `${file.name}:${file.size}:${file.lastModified}`;
const megabytes = (bytes) => (bytes / 2 ** 20).toLocaleString(undefined, { maximumFractionDigits: bytes < 10 * 2 ** 20 ? 1 : 0 });

async function digest(buffer) {
  if (!globalThis.crypto?.subtle) return ""; // only where the page came by https
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", buffer));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

customElements.define("resumable-upload", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.input = this.form?.querySelector("input[type=file]");
    this.box = this.querySelector("[data-sending]");
    if (!this.input || !this.box) return;
    this.stop = new AbortController();
    const on = (target, name, act) => target.addEventListener(name, act, { signal: this.stop.signal });
    on(this.form, "submit", (event) => this.submit(event));
    on(this.part("pause"), "click", () => this.pause());
    on(this.part("resume"), "click", () => this.goOn());
    on(this.part("cancel"), "click", () => this.cancel());
    on(window, "online", () => this.wake?.());
    on(window, "offline", () => this.request?.abort());
    on(window, "beforeunload", (event) => this.isSending && event.preventDefault());
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.request?.abort();
  }

  part(name) {
    return this.box.querySelector(`[data-${name}]`);
  }

  submit(event) {
    const files = [...this.input.files];
    if (files.reduce((sum, file) => sum + file.size, 0) <= Number(this.dataset.partSize)) return;
    event.preventDefault();
    if (!this.isSending) this.sendAll(files);
  }

  async sendAll(files) {
    Object.assign(this, { isSending: true, isPaused: false, isCanceled: false, session: null });
    this.show(true);
    try {
      const ids = [];
      for (const [place, file] of files.entries()) {
        this.name(file, place, files.length);
        ids.push(await this.send(file));
      }
      this.isSending = false;
      this.state(gettext("All of it is here. It is being looked at …"));
      this.hand(ids);
    } catch (error) {
      this.isSending = false;
      if (this.isCanceled) return;
      this.state(error instanceof Refused ? error.message : gettext("The file cannot be read any more: it was changed, moved or deleted. Choose it again."), "danger");
      this.buttons({ pause: false, resume: false });
      this.part("cancel").focus();
    }
  }

  // The id of the upload, once all of the file is there.
  async send(file) {
    this.session = await this.find(file);
    this.started = { at: Date.now(), received: this.session.received };
    while (this.session.received < file.size) {
      const { received, part_size: size } = this.session;
      this.progress(received, file.size);
      const buffer = await file.slice(received, received + size).arrayBuffer();
      const query = new URLSearchParams({ offset: received, sha256: await digest(buffer) });
      this.session = await this.insist(
        () => this.ask("PUT", `${this.dataset.part}${this.session.id}?${query}`, buffer, (sent) => this.progress(received + sent, file.size)),
        file,
      );
    }
    this.progress(file.size, file.size);
    return this.session.id;
  }

  // The upload that was begun for this file before, or a new one.
  async find(file) {
    const known = [...this.querySelectorAll("[data-upload]")].find((one) => one.dataset.fingerprint === fingerprint(file));
    if (known) {
      const session = await this.insist(() => this.ask("GET", `${this.dataset.part}${known.dataset.upload}`), null, true);
      known.remove();
      if (session) return session;
    }
    const body = new URLSearchParams({ filename: file.name, size: file.size, fingerprint: fingerprint(file) });
    return this.insist(() => this.ask("POST", this.dataset.begin, body));
  }

  // Until it is answered: what the network or the server does not do now, they may do in a moment.
  async insist(attempt, file = null, mayBeGone = false) {
    for (let failures = 0; ; failures += 1) {
      await this.whileStopped();
      try {
        const reply = await attempt();
        this.state(gettext("Sending"));
        return reply;
      } catch (error) {
        if (this.isCanceled) throw error;
        if (error.status === 404 && mayBeGone) return null;
        if (error.status === 409 && file) return this.insist(() => this.ask("GET", `${this.dataset.part}${this.session.id}`));
        if (error.status === 401 || error.status === 200) {
          this.pause(gettext("You are signed out. Sign in in another tab, then go on here."));
          continue;
        }
        if (error.status >= 400 && error.status < 500 && error.status !== 429) throw new Refused(error.message);
        if (!this.isPaused) await this.wait(WAITS[Math.min(failures, WAITS.length - 1)]);
      }
    }
  }

  async wait(seconds) {
    const offline = navigator.onLine === false;
    this.state(offline
      ? gettext("You are offline. It goes on by itself when you are back.")
      : ngettext("The server does not answer. It is asked again in {number} second.", "The server does not answer. It is asked again in {number} seconds.", seconds), "warn");
    await new Promise((resolve) => {
      this.wake = resolve;
      if (!offline) setTimeout(resolve, seconds * 1000);
    });
    this.wake = null;
  }

  async whileStopped() {
    if (this.isPaused) await new Promise((resolve) => { this.wake = resolve; });
    this.wake = null;
    if (this.isCanceled) throw new Refused("");
  }

  // One request. Fails with the status and what the server said, or with no status if it said nothing.
  ask(method, address, body = null, onprogress = null) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.request = request;
      let timer = setTimeout(() => request.abort(), STALLS);
      const fail = (status, message = "") => {
        clearTimeout(timer);
        reject(Object.assign(new Error(message), { status }));
      };
      request.open(method, address);
      request.responseType = "json";
      request.setRequestHeader("X-CSRFToken", this.form.elements.csrfmiddlewaretoken.value);
      if (method === "PUT") request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.onprogress = (event) => {
        clearTimeout(timer);
        timer = setTimeout(() => request.abort(), STALLS);
        onprogress?.(event.loaded);
      };
      request.onload = () => {
        const reply = request.response;
        if (request.status < 300 && reply?.id) {
          clearTimeout(timer);
          resolve(reply);
        } else fail(request.status, reply?.detail || gettext("The server refused it ({status}).", { status: request.status }));
      };
      for (const name of ["onerror", "onabort", "ontimeout"]) request[name] = () => fail(0);
      request.send(body);
    });
  }

  pause(words = gettext("Paused")) {
    this.isPaused = true;
    this.request?.abort();
    this.wake?.();
    this.state(words, "warn");
    this.buttons({ pause: false, resume: true });
    this.part("resume").focus();
  }

  goOn() {
    this.isPaused = false;
    this.state(gettext("Sending"));
    this.buttons({ pause: true, resume: false });
    this.started = { at: Date.now(), received: this.session?.received ?? 0 };
    this.wake?.();
    this.part("pause").focus();
  }

  cancel() {
    const { session } = this;
    Object.assign(this, { isCanceled: true, isSending: false, isPaused: false, session: null });
    this.request?.abort();
    this.wake?.();
    if (session) {
      const body = new URLSearchParams({ csrfmiddlewaretoken: this.form.elements.csrfmiddlewaretoken.value });
      fetch(`${this.dataset.part}${session.id}/cancel`, { method: "POST", body, redirect: "manual" }).catch(() => {}); // it expires by itself
    }
    this.show(false);
    this.input.value = "";
    this.input.focus();
    say(gettext("The upload is canceled."));
  }

  hand(ids) {
    this.input.disabled = true;
    for (const id of ids) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: "upload", value: id });
      this.form.append(input);
    }
    this.buttons({ pause: false, resume: false, cancel: false });
    this.form.submit();
  }

  show(sending) {
    this.box.hidden = !sending;
    this.form.hidden = sending;
    this.buttons({ pause: true, resume: false });
    if (!sending) return;
    this.told = 0;
    this.state(gettext("Sending"));
    this.part("pause").focus();
  }

  buttons(shown) {
    for (const [name, is] of Object.entries({ cancel: true, ...shown })) this.part(name).hidden = !is;
  }

  name(file, place, number) {
    this.part("name").textContent = file.name;
    this.part("place").textContent = number > 1 ? gettext("File {place} of {number}", { place: place + 1, number }) : "";
    this.told = 0;
  }

  progress(done, size) {
    const percent = Math.floor((done * 100) / size);
    const bar = this.box.querySelector("[role=progressbar]");
    bar.setAttribute("aria-valuenow", percent);
    bar.querySelector(".a").setAttribute("width", `${percent}%`);
    const seconds = (Date.now() - this.started.at) / 1000;
    const rate = (done - this.started.received) / seconds;
    const numbers = [gettext("{done} of {size} MB", { done: megabytes(done), size: megabytes(size) })];
    if (seconds > 2 && rate > 0 && done < size) {
      const left = Math.round((size - done) / rate);
      numbers.push(gettext("{rate} MB/s", { rate: megabytes(rate) }), left < 90 ? gettext("{left} s left", { left }) : gettext("{left} min left", { left: Math.round(left / 60) }));
    }
    this.part("numbers").textContent = numbers.join(" · ");
    if (percent >= this.told + 25 && percent < 100) {
      this.told = percent - (percent % 25);
      say(gettext("{percent} percent sent", { percent: this.told }));
    }
  }

  state(words, tone = "") {
    const line = this.part("state");
    if (line.textContent === words) return;
    line.textContent = words;
    line.className = tone === "danger" ? "error" : "hint";
    say(words);
  }
});
