/*
  One record beside the others: j and k go on and back.

    <record-shelf>… <a rel="prev" data-turn href="…">Previous</a> <a rel="next" data-turn href="…">Next</a> …</record-shelf>
*/
const TURNS = { j: "next", k: "prev" };

customElements.define("record-shelf", class extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    document.addEventListener("hot-key", (event) => this.key(event), { signal: this.stop.signal });
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  key(event) {
    const link = this.querySelector(`a[data-turn][rel="${TURNS[event.detail.key]}"]`);
    if (!link || event.detail.shift) return;
    event.preventDefault();
    link.click();
  }
});
