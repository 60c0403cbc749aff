// The labeling page: its elements, and what happens when one record makes room for the next.
import "./elements/active-clock.js";
import "./elements/choice-keys.js";
import "./elements/draft-form.js";
import "./elements/grow-text.js";
import "./elements/guide-drawer.js";
import "./elements/hand-in.js";
import "./elements/lease-beat.js";
import "./elements/prompt-strip.js";
import "./elements/rank-list.js";
import "./elements/rate-each.js";
import "./elements/read-guard.js";
import "./elements/saved-state.js";
import "./elements/shown-when.js";
import "./elements/span-text.js";
import "./elements/task-acts.js";
import "./elements/text-preview.js";
import "./elements/text-snippets.js";
import "./elements/turn-rows.js";
import "./records.js";
import { toast } from "./elements/toast-stack.js";
import { say } from "./say.js";
import { shown } from "./shortcuts.js";
import { gettext } from "./words.js";

const WORDS = { submit: gettext("Submitted."), discard: gettext("Noted: it cannot be judged."), skip: gettext("Skipped.") };

function wrong() {
  const error = document.querySelector("#task [data-error-of]:not([hidden])") || document.querySelector("#task [data-error]");
  if (!error) return false;
  const owner = error.closest("[data-question]");
  if (owner?.go) owner.go(); else error.scrollIntoView({ block: "center" });
  say(gettext("Not yet: {missing}", { missing: error.textContent.trim() }));
  return true;
}

// The next record begins at its beginning: htmx would focus what bears the same id there, and keys would act on that.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target?.id === "work" && detail.xhr.status < 400) document.activeElement?.blur();
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "work" || wrong()) return;
  const { elt, triggeringEvent } = event.detail.requestConfig;
  const act = triggeringEvent?.submitter?.dataset.act || (elt.id === "answer" ? "submit" : "");
  const back = document.querySelector("#work [data-previous]");
  const main = document.getElementById("main");
  main?.focus({ preventScroll: true });
  const next = document.querySelector("#empty h1")?.textContent || gettext("The next record is here.");
  say(`${WORDS[act] || ""} ${next}`);
  if (!WORDS[act]) return;
  const box = toast(WORDS[act], { name: "act", tone: "ok", acts: back && act !== "skip" ? [{ text: gettext("Take it back"), href: back.href, key: shown("undo") }] : [] });
  box?.querySelector("a")?.setAttribute("data-take-back", "");
});

wrong();
