/*
  The acts of a record: submit (once nothing is missing), undo, taking a suggestion over; which question the digits belong to.

    <form id="answer"> …[data-question] elements with missing() and go()…
      <task-acts><span id="say"></span><button data-undo>Undo</button><button type="submit" data-act="submit">Submit</button></task-acts>
    </form>
*/
import { answers, choices, restore } from "../form-state.js";
import { identity } from "../identity.js";
import { say } from "../say.js";
import { gettext } from "../words.js";

customElements.define("task-acts", class extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.form.noValidate = true;
    this.form.elements.submission.value ||= identity();
    this.past = [];
    this.hands = {};
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.form.addEventListener("change", (event) => this.changed(event), { signal });
    for (const name of ["input", "restored"]) this.form.addEventListener(name, () => this.tell(), { signal });
    for (const name of ["focusin", "pointerdown"]) this.form.addEventListener(name, (event) => this.current(event.target.closest("[data-question]")), { signal });
    this.form.addEventListener("click", (event) => this.click(event), { signal });
    this.form.addEventListener("keydown", (event) => this.enter(event), { signal });
    for (const name of ["pointerdown", "keydown"]) this.form.addEventListener(name, (event) => this.hand(event), { signal });
    document.addEventListener("submit", (event) => this.check(event), { signal, capture: true });
    document.addEventListener("htmx:configRequest", (event) => this.pressed(event), { signal });
    this.size = new ResizeObserver(() => document.documentElement.style.setProperty("--acts", `${this.offsetHeight}px`));
    this.size.observe(this);
    queueMicrotask(() => this.begin());
  }

  disconnectedCallback() {
    this.stop.abort();
    this.size.disconnect();
  }

  get questions() {
    return [...this.form.querySelectorAll("[data-question]:not([hidden])")];
  }

  begin() {
    this.before = choices(this.form);
    // The page gives the focus back to what had it on the record before.
    this.form.querySelector("[data-current]")?.removeAttribute("data-current");
    this.tell();
  }

  current(question) {
    if (!question) return;
    for (const one of this.form.querySelectorAll("[data-question]")) one.toggleAttribute("data-current", one === question);
  }

  changed(event) {
    const now = choices(this.form);
    if (JSON.stringify(now) !== JSON.stringify(this.before)) this.past.push(this.before);
    this.before = now;
    const wrong = event.target.closest?.("[data-question]")?.querySelector("[data-error-of]");
    if (wrong) wrong.hidden = true;
    this.tell();
  }

  undo() {
    if (!this.past.length) {
      const back = document.querySelector("[data-take-back]");
      return back ? back.click() : say(gettext("Nothing to undo"));
    }
    this.before = this.past.pop();
    restore(this.form, this.before, { texts: false });
    return say(gettext("Undone"));
  }

  click(event) {
    if (event.target.closest("[data-undo]")) this.undo();
    const take = event.target.closest("[data-take]");
    if (!take) return;
    const pairs = JSON.parse(take.dataset.take);
    const owner = this.questions.find((one) => pairs.some(([name]) => name === one.dataset.question || name.startsWith(`${one.dataset.question}.`)));
    if (!owner) return;
    restore(owner, pairs);
    this.changed({ target: owner });
    this.current(owner);
    say(gettext("The suggestion is taken over; change it as you see fit"));
  }

  enter(event) {
    if (event.key === "Enter" && event.target.matches("input") && !event.ctrlKey && !event.metaKey) event.preventDefault();
  }

  check(event) {
    if (event.target !== this.form || event.submitter?.formNoValidate) return;
    const [first] = this.open();
    if (!first) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    first.one.go(first.what);
    this.tell({ late: true });
  }

  open() {
    return this.questions.map((one) => ({ one, what: one.missing?.() || "" })).filter(({ what }) => what);
  }

  // The line beside Submit: how it stands, and what is still to do.
  tell({ late = false } = {}) {
    if (!this.form.querySelector("[data-current]")) this.current(this.questions.find((one) => one.dataset.keys !== undefined));
    const open = this.open().map(({ what }) => what);
    const line = this.questions.map((one) => one.line?.() || "").filter(Boolean).join(" · ");
    const between = gettext("; ");
    const todo = open.length ? gettext("Not yet: {missing}", { missing: open.join(between) }) : gettext("Everything is filled in");
    const place = this.querySelector("#say");
    place.textContent = open.length && !late && !answers(this.form).length ? "" : [line, todo].filter(Boolean).join("  ·  ");
    place.title = place.textContent;
    place.classList.toggle("is-late", late && open.length > 0);
    this.querySelector("[data-act=submit]").classList.toggle("is-early", open.length > 0);
    if (late) say(todo);
  }

  pressed({ detail }) {
    const button = detail.triggeringEvent?.submitter;
    if (detail.elt !== this.form || !button) return;
    detail.path = button.getAttribute("formaction") || detail.path;
    if (button.name) detail.formData.set(button.name, button.value);
  }

  hand(event) {
    const kind = event.pointerType || "keyboard";
    this.hands[kind] = (this.hands[kind] || 0) + 1;
    [[this.form.elements.device.value]] = Object.entries(this.hands).sort((one, other) => other[1] - one[1]);
  }
});
