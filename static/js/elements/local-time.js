/*
  A point in time in the reader's own zone and language; with data-ago the text stays and the exact time is its title.

    <local-time><time datetime="2026-03-01T12:04:31+00:00">2026-03-01 12:04 UTC</time></local-time>
*/
const { lang } = document.documentElement;
const LOCALE = lang === "en" ? [] : `${lang}-u-nu-latn`; // digits as on the rest of the page

customElements.define("local-time", class extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    const when = new Date(time?.dateTime ?? NaN);
    if (Number.isNaN(when.getTime())) return;
    const exact = when.toLocaleString(LOCALE, { dateStyle: "medium", timeStyle: "short" });
    time.title = when.toLocaleString(LOCALE, { dateStyle: "full", timeStyle: "long" });
    if (this.dataset.ago === undefined) time.textContent = exact;
  }
});
