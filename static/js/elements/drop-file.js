/*
  A place to drop a file that the input inside it takes. Without a drop the input works as ever.

    <drop-file><div class="drop"><span data-drop hidden> or drop one here</span><input type="file"></div></drop-file>
*/
customElements.define("drop-file", class extends HTMLElement {
  connectedCallback() {
    const place = this.querySelector(".drop");
    const input = this.querySelector("input[type=file]");
    if (!place || !input) return;
    for (const hint of this.querySelectorAll("[data-drop]")) hint.hidden = false;
    place.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      place.classList.add("is-over");
    });
    place.addEventListener("dragleave", (event) => {
      if (!place.contains(event.relatedTarget)) place.classList.remove("is-over");
    });
    place.addEventListener("drop", (event) => {
      event.preventDefault();
      place.classList.remove("is-over");
      if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    });
  }
});
