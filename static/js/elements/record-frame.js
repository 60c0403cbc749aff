/*
  A frame that is as high as what is in it. What is in it has no origin, and no way out but the messages { height } and
  { leave } (feedback/frame_page.py).

    <record-frame><iframe src="/…/frame?field=card" sandbox="allow-scripts" title="Card"></iframe></record-frame>
*/
const LEAST = 24;
const MOST = 6000;

customElements.define("record-frame", class extends HTMLElement {
  connectedCallback() {
    this.frame = this.querySelector("iframe");
    this.listen = (event) => this.hear(event);
    addEventListener("message", this.listen);
    this.frame.contentWindow?.postMessage("measure", "*"); // it may have told before anybody listened
  }

  disconnectedCallback() {
    removeEventListener("message", this.listen);
  }

  hear({ source, data }) {
    if (source !== this.frame.contentWindow || typeof data !== "object" || data === null) return;
    if (Number.isFinite(data.height)) this.frame.style.height = `${Math.max(LEAST, Math.min(MOST, Math.ceil(data.height)))}px`;
    if (data.leave !== true) return;
    this.tabIndex = -1;
    this.focus({ preventScroll: true }); // Escape: the keys are the page's again
  }
});
