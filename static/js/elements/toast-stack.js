/*
  Messages that come and go, each with at most one or two acts. Refusals by the server become messages too.

    <toast-stack id="toasts" class="toasts"><div class="toast ok" role="status"><span>Submitted.</span></div></toast-stack>

  From script: toast("Submitted.", { tone: "ok", acts: [{ text: "Take it back", href: "…" }, { text: "Again", press() {} }] }).
*/
import { icon } from "../say.js";
import { gettext } from "../words.js";

const STAY = 7000;

export function toast(text, options = {}) {
  return document.querySelector("toast-stack")?.add(text, options);
}

customElements.define("toast-stack", class extends HTMLElement {
  connectedCallback() {
    for (const ready of this.children) this.dress(ready, {});
    document.addEventListener("htmx:beforeSwap", (event) => this.refused(event));
    document.addEventListener("htmx:responseError", (event) => this.failed(event));
    for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, (event) => this.silent(event));
  }

  add(text, { tone = "", acts = [], stay = tone === "danger" ? 0 : STAY, name = "" } = {}) {
    if (name) this.querySelector(`[data-name="${CSS.escape(name)}"]`)?.remove();
    const box = document.createElement("div");
    box.className = `toast ${tone}`;
    box.setAttribute("role", tone === "danger" ? "alert" : "status");
    if (name) box.dataset.name = name;
    box.append(Object.assign(document.createElement("span"), { textContent: text }));
    for (const act of acts) box.append(this.act(box, act));
    this.append(box);
    this.dress(box, { stay });
    return box;
  }

  act(box, { text, href, press, key }) {
    const element = document.createElement(href ? "a" : "button");
    element.className = "btn";
    element.textContent = text;
    if (href) element.href = href; else element.type = "button";
    if (key) element.append(" ", Object.assign(document.createElement("kbd"), { textContent: key }));
    if (press) element.addEventListener("click", () => { box.remove(); press(); });
    return element;
  }

  dress(box, { stay = STAY }) {
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn quiet icon";
    close.setAttribute("aria-label", gettext("Close this message"));
    close.innerHTML = icon("x");
    close.addEventListener("click", () => box.remove());
    box.append(close);
    if (!stay) return;
    const leave = () => (box.matches(":hover, :focus-within") ? setTimeout(leave, 1500) : box.remove());
    setTimeout(leave, stay);
  }

  // A refusal comes as a fragment (error.html); it is never put where the answer would have stood.
  refused(event) {
    const sentence = this.sentence(event.detail.xhr);
    if (!sentence) return;
    event.detail.shouldSwap = false;
    if (event.detail.xhr.status === 422) this.add(sentence, { tone: "danger" });
  }

  silent(event) {
    if (!event.defaultPrevented) this.add(gettext("The server did not answer."), { tone: "danger" });
  }

  failed(event) {
    if (event.defaultPrevented) return;
    const { xhr } = event.detail;
    this.add(this.sentence(xhr) || gettext("The server could not do that ({status}). Try again in a moment.", { status: xhr.status }), { tone: "danger" });
  }

  sentence(xhr) {
    if (!xhr.responseText.includes("data-refusal")) return "";
    return new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-refusal]")?.textContent.trim() || "";
  }
});
