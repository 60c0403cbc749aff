/*
  Ranking into tiers. The radios (or lists) on the cards hold the state; keys, buttons and dragging only press them.

    <rank-list data-question="best" data-title="Rank the answers" data-keys data-required>
      <article class="ans" data-letter="A"><h3 data-hold="A">…</h3><fieldset class="tiers"><input type="radio" name="best.A" value="1">…
      <template data-to="rail-top"><section><div class="tray"></div><div class="lanes"></div></section></template>
      <template data-to="dock">…</template>
    </rank-list>

  Parts: ranking/tiers.js, keys.js, lanes.js, drag.js, layout.js, differences.js, remarks.js.
*/
import { differences } from "../ranking/differences.js";
import { drag } from "../ranking/drag.js";
import { keys } from "../ranking/keys.js";
import { drawDock, drawLanes } from "../ranking/lanes.js";
import { layout } from "../ranking/layout.js";
import { follow, mean, remarks, setStrength, verdict } from "../ranking/remarks.js";
import { Tiers } from "../ranking/tiers.js";
import { say } from "../say.js";
import { gettext } from "../words.js";

customElements.define("rank-list", class extends Tiers {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.name = this.dataset.question;
    this.cards = [...this.querySelectorAll(".ans")];
    this.letters = this.cards.map((card) => card.dataset.letter);
    if (!this.cards.length) return; // the record has nothing to rank: whoever submits it is told so
    this.gist = Object.fromEntries(this.cards.map((card) => [card.dataset.letter, this.begins(card)]));
    this.now = this.letters[0];
    this.places = [this, ...[...this.querySelectorAll("template[data-to]")].map((template) => this.put(template))];
    for (const place of this.places) place?.addEventListener("click", (event) => this.click(event), { signal });
    this.addEventListener("change", (event) => this.changed(event), { signal });
    this.addEventListener("focusin", (event) => this.point(event.target.closest(".ans")?.dataset.letter || this.now, { move: false }), { signal });
    this.closest("form")?.addEventListener("restored", () => this.show(), { signal });
    document.addEventListener("hot-key", (event) => keys(this, event), { signal });
    layout(this, signal);
    differences(this, signal);
    drag(this, signal);
    remarks(this, signal);
    this.show();
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  put(template) {
    const place = document.getElementById(template.dataset.to);
    if (!place || (template.dataset.to === "dock" && this.letters.length === 2)) return null;
    place.append(template.content.cloneNode(true));
    place.closest(".rail")?.classList.remove("is-bare");
    const part = place.lastElementChild;
    part.querySelector("[data-put-list]")?.addEventListener("change", (event) => this.place(this.now, Number(event.target.value)));
    return part;
  }

  // Acts.

  place(letter, tier) {
    this.settle({ [letter]: tier }, tier ? gettext("{letter} in tier {tier}", { letter, tier }) : gettext("{letter} is out of the ranking", { letter }));
  }

  settle(tiers, words, much = "") {
    for (const [letter, tier] of Object.entries(tiers)) this.set(letter, Math.max(0, Math.min(this.letters.length, tier)));
    if (much) mean(this, much);
    this.quiet = true;
    this.controls(Object.keys(tiers)[0])[0].dispatchEvent(new Event("change", { bubbles: true }));
    this.quiet = false;
    say(words);
  }

  tie(letter) {
    const at = this.tier(letter) || Infinity;
    const above = Math.max(0, ...this.letters.filter((one) => one !== letter).map((one) => this.tier(one)).filter((tier) => tier && tier < at));
    if (!above) return say(gettext("Nothing stands above {letter}", { letter }));
    return this.settle({ [letter]: above }, gettext("{letter} ties in tier {tier}", { letter, tier: above }));
  }

  shift(letter, by) {
    const from = this.tier(letter) || (by > 0 ? 0 : this.letters.length + 1);
    this.place(letter, Math.max(1, Math.min(this.letters.length, from + by)));
  }

  // "A", "=", "B", or "A much" … "B slightly".
  verdict(said) {
    const [which, much = ""] = said.split(" ");
    const [a, b] = this.letters;
    const tiers = { A: { [a]: 1, [b]: 2 }, "=": { [a]: 1, [b]: 1 }, B: { [a]: 2, [b]: 1 } }[which];
    this.settle(tiers, verdict(which, much), much);
  }

  click(event) {
    const hit = (name) => event.target.closest(`[data-${name}]`);
    if (hit("put")) {
      const tier = Number(hit("put").dataset.put);
      this.place(this.now, this.tier(this.now) === tier ? 0 : tier);
    } else if (hit("tie")) this.tie(this.now);
    else if (hit("step")) this.step(Number(hit("step").dataset.step));
    else if (hit("shift")) this.shift(hit("shift").dataset.letter, Number(hit("shift").dataset.shift));
    else if (hit("verdict")) this.verdict(hit("verdict").dataset.verdict);
    else if (hit("strength")) setStrength(this, Number(hit("strength").dataset.of), hit("strength").dataset.strength);
    else if (hit("letter-to")) this.point(hit("letter-to").dataset.letterTo);
    else if (hit("hold")) this.point(hit("hold").dataset.hold);
  }

  changed(event) {
    const letter = event.target.closest(".tiers") && event.target.closest(".ans")?.dataset.letter;
    if (letter && !this.quiet) say(gettext("{letter} in tier {tier}", { letter, tier: this.tier(letter) }));
    if (event.target.closest(".tiers")) follow(this);
    this.show();
  }

  step(by) {
    const at = this.letters.indexOf(this.now) + by;
    this.point(this.letters[(at + this.letters.length) % this.letters.length]);
  }

  // Makes one answer the current one; the keys act on it.
  point(letter, { move = true } = {}) {
    const fresh = this.now !== letter;
    this.now = letter;
    for (const card of this.cards) card.classList.toggle("is-now", card.dataset.letter === letter);
    for (const button of this.querySelectorAll("[data-letter-to]")) button.setAttribute("aria-current", String(button.dataset.letterTo === letter));
    drawDock(this);
    if (!move) return;
    const card = this.card(letter);
    card.focus({ preventScroll: true });
    const { top } = card.getBoundingClientRect();
    if (top < 60 || top > innerHeight * 0.6) card.scrollIntoView({ block: "start" });
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (fresh) this.querySelector(`[data-letter-to="${letter}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // How it stands.

  show() {
    if (!this.cards.length) return;
    for (const card of this.cards) {
      const tier = this.tier(card.dataset.letter);
      if (tier) card.dataset.tier = tier; else delete card.dataset.tier;
      card.querySelector(".stamp").classList.toggle("is-placed", Boolean(tier));
    }
    this.drawRemarks();
    drawLanes(this);
    this.point(this.now, { move: false });
  }

  go() {
    if (this.cards.length) this.point(this.open[0] || this.now);
  }
});
