// Which answer is in which tier: read from the radios or lists on the cards, and written there.
import { gettext, ngettext } from "../words.js";
import { flags } from "./remarks.js";

const MOST = 6; // letters that the line names

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
    if (loose.length === this.letters.length) return this.letters.length === 2 ? gettext("say which is better") : gettext("place the answers");
    const letters = loose.slice(0, MOST).join(", ");
    const further = loose.length - MOST;
    if (further <= 0) return gettext("place {letters}", { letters });
    return ngettext("place {letters} and {number} more", "place {letters} and {number} more", further, { letters });
  }

  begins(card) {
    return (card.querySelector(".prose")?.textContent || "").replace(/\s+/g, " ").trim().slice(0, 90);
  }
}
