// <print-page hidden><button type="button">Print</button></print-page>
// The button prints the page; without scripts there is the browser's own.

class PrintPage extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.addEventListener("click", () => window.print());
  }
}

customElements.define("print-page", PrintPage);
