// Which answer is in which tier: read from the radios or lists on the cards, and written there.
import { flags } from "./remarks.js";

export class Tiers extends HTMLElement {
  card(letter) {
    return this.cards[this.letters.indexOf(letter)];
  }

  controls(letter) {
    return [...this.card(letter).querySelectorAll(".tiers input, .tiers select")];
  }

  tier(letter) {
    const control = this.controls(letter).find((one) => one.tagName === "SELECT" || one.checked);
    return Number(control?.value || 0);
  }

  in(tier) {
    return this.letters.filter((letter) => this.tier(letter) === tier);
  }

  get loose() {
    return this.in(0);
  }

  set(letter, tier) {
    for (const one of this.controls(letter)) {
      if (one.tagName === "SELECT") one.value = tier || "";
      else one.checked = Number(one.value) === tier;
    }
  }

  line() {
    return this.letters.map((_, place) => this.in(place + 1).join(" = ")).filter(Boolean).join(" › ");
  }

  // What has neither a place nor a flag.
  get open() {
    return this.loose.filter((letter) => !flags(this, letter).length);
  }

  missing() {
    const loose = this.open;
    if (!loose.length || (this.dataset.required === undefined && loose.length === this.letters.length)) return "";
    if (loose.length === this.letters.length) return this.letters.length === 2 ? "say which is better" : "place the answers";
    return `place ${loose.slice(0, 6).join(", ")}${loose.length > 6 ? ` and ${loose.length - 6} more` : ""}`;
  }

  begins(card) {
    return (card.querySelector(".prose")?.textContent || "").replace(/\s+/g, " ").trim().slice(0, 90);
  }
}
