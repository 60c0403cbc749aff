/*
  A time in a form is that of the reader's own zone: its name goes along. Without this script it is UTC, as the server writes it.

    <zone-field><input type="datetime-local"> <input type="hidden" name="zone" value="UTC"> <bdi data-zone>UTC</bdi></zone-field>
*/
customElements.define("zone-field", class extends HTMLElement {
  connectedCallback() {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const zone = this.querySelector('[name="zone"]');
    if (!timeZone || zone.value === timeZone) return;
    const time = this.querySelector("[type=datetime-local]");
    const at = time.value && zone.value === "UTC" ? new Date(`${time.value}Z`) : null;
    if (at) time.value = new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
    zone.value = timeZone;
    this.querySelector("[data-zone]").textContent = timeZone;
  }
});
