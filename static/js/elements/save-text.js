/*
  Text on the page that is not kept, to be saved as a file.

    <save-text name="codes.txt"><pre>…</pre><button type="button" data-save hidden>Download</button></save-text>
*/
customElements.define("save-text", class extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("[data-save]");
    button.hidden = false;
    button.addEventListener("click", () => {
      const text = `${this.querySelector("pre").textContent.trim()}\n`;
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
      link.download = this.getAttribute("name");
      link.click();
      URL.revokeObjectURL(link.href);
    });
  }
});
