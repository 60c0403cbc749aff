/*
  Points or labels by digit keys; a long list of labels folds and can be searched.

    <choice-keys data-question="clarity" data-title="How clear is it?" data-keys data-required data-visible="20">
      <label class="chip"><input type="radio" name="clarity" value="1" data-digit="1"><span>1</span></label> …
    </choice-keys>

  The digits belong to the question that has data-current (elements/task-acts.js).
*/
import { say } from "../say.js";
import { gettext, ngettext } from "../words.js";

customElements.define("choice-keys", class extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.chips = [...this.querySelectorAll(".chip")];
    this.filter = this.querySelector("[data-filter]");
    this.more = this.querySelector("[data-unfold]");
    this.open = false;
    document.addEventListener("hot-key", (event) => this.key(event), { signal });
    this.filter?.addEventListener("input", () => this.narrow(), { signal });
    this.more?.addEventListener("click", () => { this.open = !this.open; this.narrow(); }, { signal });
    if (this.more) this.narrow();
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  get inputs() {
    return [...this.querySelectorAll(".chip input")];
  }

  key(event) {
    const { digit, shift } = event.detail;
    if (digit === null || shift || this.dataset.current === undefined) return;
    const input = this.querySelector(`input[data-digit="${digit}"]`);
    if (!input) return;
    event.preventDefault();
    const off = input.checked && (input.type === "checkbox" || this.dataset.required === undefined);
    input.checked = !off;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    const name = input.getAttribute("aria-label") || input.nextElementSibling.firstElementChild?.textContent || input.value;
    say(off ? gettext("{label} removed", { label: name }) : gettext("{label} chosen", { label: name }));
  }

  // The first `data-visible` stand there, and whatever is chosen or proposed.
  narrow() {
    const wanted = this.filter.value.trim().toLocaleLowerCase();
    const most = Number(this.dataset.visible);
    let shown = 0;
    this.chips.forEach((chip, place) => {
      const chosen = chip.querySelector("input").checked;
      const fits = wanted ? chip.textContent.toLocaleLowerCase().includes(wanted) : this.open || place < most || chip.matches(".hinted");
      chip.hidden = !fits && !chosen;
      shown += chip.hidden ? 0 : 1;
    });
    this.querySelector("[data-none]").hidden = shown > 0;
    this.more.hidden = Boolean(wanted) || this.chips.length <= most;
    this.more.textContent = this.open ? gettext("Show fewer") : ngettext("{number} label", "All {number} labels", this.chips.length);
    this.more.setAttribute("aria-expanded", String(this.open));
  }

  missing() {
    if (this.dataset.required === undefined || this.inputs.some((input) => input.checked)) return "";
    return gettext("choose “{title}”", { title: this.dataset.title });
  }

  go() {
    (this.inputs.find((input) => input.checked) || this.inputs[0])?.focus();
  }
});
