/*
  Questions that are asked only after an earlier one was answered in some way: they come and go at once. What was answered
  stays in the form and in drafts; the server leaves it out when the record is handed in.

    <shown-when data-conditions='[["why", {"question": "right", "any_of": ["no"]}], ["best", {"question": "good", "at_least": 3}]]'
      data-covers='[["answers", ["best"]]]'></shown-when>

  A field that is covered by a question shows itself only while the question is not asked.
*/
import { answers } from "../form-state.js";
import { also } from "../say.js";
import { gettext } from "../words.js";

function holds({ any_of: anyOf, at_least: least }, said) {
  if (least !== undefined) return said.some((one) => Number(one) >= least);
  return anyOf ? said.some((one) => anyOf.includes(one)) : said.length > 0;
}

customElements.define("shown-when", class extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.conditions = JSON.parse(this.dataset.conditions);
    this.covers = JSON.parse(this.dataset.covers);
    this.stop = new AbortController();
    // Before anybody else looks at which questions there are.
    const options = { signal: this.stop.signal, capture: true };
    for (const name of ["input", "change", "restored"]) this.form.addEventListener(name, () => this.show(), options);
    this.show({ tell: false });
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  question(name) {
    return this.form.querySelector(`[data-question="${CSS.escape(name)}"]`);
  }

  // The questions that are not asked. An answer to one of them asks for none.
  get away() {
    const given = answers(this.form).filter(([, value]) => value.trim());
    const away = new Set();
    for (const [name, when] of this.conditions) {
      const said = given.filter(([one]) => one === when.question || one.startsWith(`${when.question}.`)).map(([, value]) => value);
      if (away.has(when.question) || !holds(when, said)) away.add(name);
    }
    return away;
  }

  show({ tell = true } = {}) {
    const { away } = this;
    for (const [name, when] of this.conditions) this.turn(name, away.has(name), when.question, tell);
    for (const [field, names] of this.covers) {
      document.getElementById(`field-${field}`).hidden = names.some((name) => !away.has(name));
    }
  }

  turn(name, away, after, tell) {
    const one = this.question(name);
    const changes = one.hidden !== away;
    const held = away && one.contains(document.activeElement);
    for (const part of [one, ...this.form.querySelectorAll(`[data-rank="${CSS.escape(name)}"]`)]) {
      part.hidden = away;
      part.removeAttribute("data-away");
    }
    if (!changes) return;
    if (away) one.removeAttribute("data-current"); else one.show?.(); // what it measures, it measures anew
    if (held) this.question(after).go?.();
    if (tell) also(away ? gettext("“{title}” is not asked any more", one.dataset) : gettext("“{title}” is asked now", one.dataset));
  }
});
