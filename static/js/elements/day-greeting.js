/*
  "Hello" becomes "Good morning", "Good afternoon" or "Good evening" by the reader's own clock.

    <day-greeting>Hello</day-greeting>, Mina
*/
customElements.define("day-greeting", class extends HTMLElement {
  connectedCallback() {
    const hour = new Date().getHours();
    this.textContent = hour >= 5 && hour < 12 ? "Good morning" : hour >= 12 && hour < 18 ? "Good afternoon" : "Good evening";
  }
});
