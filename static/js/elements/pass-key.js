/*
  A button that asks the device for a passkey and sends its answer with the form around it.

    <form …><input type="hidden" id="credential">
      <pass-key data-act="get" data-options="id of JSON" data-into="credential"><button type="button">…</button></pass-key></form>

  data-act: get or create. data-from: an address that gives the options, in the place of data-options. data-alone: the id of
  a box that is ticked if a new passkey is to be enough by itself.
*/
import { gettext } from "../words.js";

customElements.define("pass-key", class extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.form = this.closest("form");
    if (!globalThis.PublicKeyCredential) {
      this.button.disabled = true;
      this.tell(gettext("This browser knows no passkeys, or the page is not secure (https)."));
    }
    this.button.addEventListener("click", () => this.ask());
    this.form.addEventListener("submit", (event) => this.submit(event));
  }

  submit(event) { // by the Enter key: the device is asked all the same
    if (!this.into.value) event.preventDefault();
    if (!this.into.value && !this.button.disabled) this.ask();
  }

  get into() {
    return document.getElementById(this.dataset.into);
  }

  async ask() {
    this.tell("");
    this.button.disabled = true;
    try {
      const credential = await globalThis.webauthnJSON[this.dataset.act](await this.options());
      this.into.value = JSON.stringify(credential);
      this.form.submit();
    } catch (error) {
      this.button.disabled = false;
      this.tell(this.reason(error));
    }
  }

  async options() {
    if (!this.dataset.from) {
      return this.fitted(JSON.parse(document.getElementById(this.dataset.options).textContent));
    }
    const answer = await fetch(this.dataset.from, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(gettext("The server did not answer. Try again in a minute."));
    return (await answer.json()).request_options;
  }

  fitted(options) {
    const box = document.getElementById(this.dataset.alone);
    if (!box) return options;
    const wanted = options.publicKey.authenticatorSelection;
    wanted.residentKey = box.checked ? "required" : "discouraged";
    wanted.requireResidentKey = box.checked;
    if (box.checked) wanted.userVerification = "required";
    return options;
  }

  reason(error) {
    if (error.name === "InvalidStateError") return gettext("This device is added already.");
    if (error.name === "NotAllowedError") return gettext("Nothing was chosen, or it took too long. Try again.");
    return error.message || gettext("This did not work. Try again.");
  }

  tell(text) {
    this.note ??= this.appendChild(Object.assign(document.createElement("p"), { className: "error" }));
    this.note.setAttribute("role", "alert");
    this.note.textContent = text;
    this.note.hidden = !text;
  }
});
