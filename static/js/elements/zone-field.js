/*
  A time in a form is that of the reader's own zone: its name goes along. Without this script it is UTC.

    <zone-field><input type="datetime-local"> <input type="hidden" name="zone" value="UTC"> <bdi data-zone>UTC</bdi></zone-field>
*/
customElements.define("zone-field", class extends HTMLElement {
  connectedCallback() {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    if (!timeZone) return;
    this.querySelector('[name="zone"]').value = timeZone;
    this.querySelector("[data-zone]").textContent = timeZone;
  }
});
