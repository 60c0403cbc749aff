/*
  A point in time that people write in their own zone. What is sent is the local time, and how many minutes UTC is ahead of
  it then; without a script both are UTC.

    <local-due><input type="datetime-local" name="due_at"><input type="hidden" name="due_zone" value="0"><span data-zone>UTC</span></local-due>
*/
const MINUTE = 60_000;
const two = (number) => String(number).padStart(2, "0");
const written = (at) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;

customElements.define("local-due", class extends HTMLElement {
  connectedCallback() {
    const due = this.querySelector("[type='datetime-local']");
    const zone = this.querySelector("[type='hidden']");
    const sent = new Date(new Date(`${due.value}Z`).getTime() + Number(zone.value || 0) * MINUTE);
    if (!Number.isNaN(sent.getTime())) due.value = written(sent);
    const tell = () => {
      const at = due.value ? new Date(due.value) : new Date();
      zone.value = at.getTimezoneOffset();
    };
    due.addEventListener("input", tell);
    tell();
    this.querySelector("[data-zone]").textContent = Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
});
