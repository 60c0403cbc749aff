/*
  "Hello" becomes "Good morning", "Good afternoon" or "Good evening" by the reader's own clock.

    <day-greeting>Hello</day-greeting>, Mina
*/
import { gettext } from "../words.js";

customElements.define("day-greeting", class extends HTMLElement {
  connectedCallback() {
    const hour = new Date().getHours();
    this.textContent = hour >= 5 && hour < 12 ? gettext("Good morning") : hour >= 12 && hour < 18 ? gettext("Good afternoon") : gettext("Good evening");
  }
});
