/*
  What is asked about. Folds, switches between rendered and as written, and leaves a strip behind when it has scrolled away.

    <prompt-strip><section data-field><header><h2>Prompt</h2><button data-raw><button data-fold></header><div data-gist>…</div></section></prompt-strip>
*/
import { icon, say } from "../say.js";
import { draw } from "../shortcuts.js";
import { keep, kept } from "../store.js";
import { gettext } from "../words.js";

const GIST = 140;

customElements.define("prompt-strip", class extends HTMLElement {
  connectedCallback() {
    this.gist = this.querySelector("[data-gist]");
    this.fields = [...this.querySelectorAll("[data-field]")];
    // A short sentence with its code reads best side by side.
    if (this.fields.length === 1 && this.gist?.children.length === 2 && this.gist.lastElementChild.matches("pre")) this.gist.classList.add("brief");
    const title = this.querySelector("h2")?.textContent || "";
    this.strip = document.createElement("div");
    this.strip.className = "strip";
    this.strip.innerHTML = `<div><button type="button" aria-expanded="false"><strong class="small" dir="auto"></strong><span dir="auto"></span><kbd data-of="fold"></kbd>${icon("fold")}</button><div class="strip-body" hidden></div></div>`;
    this.strip.querySelector("strong").textContent = title;
    this.strip.querySelector("span").textContent = (this.gist?.textContent || "").replace(/\s+/g, " ").trim().slice(0, GIST);
    this.button = this.strip.querySelector("button");
    this.body = this.strip.querySelector(".strip-body");
    this.button.addEventListener("click", () => this.turn());
    this.after(this.strip);
    draw(this.strip);
    this.watch = new IntersectionObserver(([seen]) => this.away(!seen.isIntersecting && seen.boundingClientRect.top < 200), { rootMargin: "-56px 0px 0px" });
    this.watch.observe(this);
    this.querySelector("[data-fold]")?.addEventListener("click", () => (this.stuck ? this.turn() : this.fold()));
  }

  disconnectedCallback() {
    this.watch.disconnect();
    this.strip.remove();
  }

  away(yes) {
    this.stuck = yes;
    this.strip.classList.toggle("on", yes);
    this.closest("#task")?.classList.toggle("stuck", yes);
    if (!yes) this.unfold(false);
  }

  unfold(yes) {
    if (yes && !this.body.firstChild) {
      for (const field of this.fields) {
        const copy = field.cloneNode(true);
        for (const one of [copy, ...copy.querySelectorAll("[id], [data-key]")]) {
          one.removeAttribute("id");
          one.removeAttribute("data-key");
        }
        copy.querySelector("header")?.remove();
        copy.removeAttribute("aria-labelledby");
        this.body.append(copy);
      }
    }
    this.body.hidden = !yes;
    this.button.setAttribute("aria-expanded", String(yes));
  }

  turn() {
    this.unfold(this.body.hidden);
    say(this.body.hidden ? gettext("Prompt folded") : gettext("Prompt shown"));
  }

  fold() {
    const shut = this.classList.toggle("shut");
    this.querySelector("[data-fold]").setAttribute("aria-expanded", String(!shut));
    say(shut ? gettext("Prompt folded") : gettext("Prompt shown"));
  }
});

// As written or rendered: for the whole page, and as it was left.
function raw(yes) {
  document.documentElement.classList.toggle("raw", yes);
  const any = document.querySelector("#task .src") !== null;
  for (const button of document.querySelectorAll("[data-raw]")) {
    button.setAttribute("aria-pressed", String(yes));
    button.hidden = !any;
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-raw]")) return;
  const yes = !document.documentElement.classList.contains("raw");
  raw(yes);
  keep("raw", yes ? "yes" : "");
  say(yes ? gettext("Texts as written") : gettext("Texts rendered"));
});

document.addEventListener("htmx:afterSettle", () => raw(kept("raw") === "yes"));
raw(kept("raw") === "yes");
