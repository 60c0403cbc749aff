// Dragging an answer into a tier: by mouse after six pixels, by finger after a third of a second without moving.
const FAR = 6;
const LONG = 350;
const EDGE = 56;

export function drag(list, signal) {
  for (const place of list.places) {
    place?.addEventListener("pointerdown", (event) => grab(list, event), { signal });
    place?.addEventListener("contextmenu", (event) => event.target.closest("[data-hold]") && event.preventDefault(), { signal });
  }
}

function ghost(list, letter) {
  const box = document.createElement("div");
  box.className = "ghost";
  box.innerHTML = `<span class="stamp is-placed">${letter}</span><span dir="auto"></span>`;
  box.lastElementChild.textContent = list.gist[letter];
  document.body.append(box);
  return box;
}

function grab(list, event) {
  const from = event.target.closest("[data-hold]");
  if (!from || event.button || event.target.closest("button")) return;
  const letter = from.dataset.hold;
  const mouse = event.pointerType === "mouse";
  const start = [event.clientX, event.clientY];
  const stop = new AbortController();
  let box = null;
  let over = null;

  const lift = (at) => {
    box = ghost(list, letter);
    document.documentElement.classList.add("dragging");
    list.card(letter).classList.add("is-lifted");
    navigator.vibrate?.(8);
    follow(at);
  };
  const timer = mouse ? 0 : setTimeout(() => lift(event), LONG);

  const follow = (at) => {
    const far = Math.hypot(at.clientX - start[0], at.clientY - start[1]) > FAR;
    if (!box && far && mouse) lift(at);
    else if (!box && far) end(at);
    if (!box) return;
    box.style.translate = `${Math.min(at.clientX + 12, innerWidth - box.offsetWidth - 8)}px ${at.clientY + 12}px`;
    const under = document.elementFromPoint(at.clientX, at.clientY)?.closest("[data-drop], .dock [data-put]");
    if (under !== over) {
      over?.classList.remove("is-target");
      under?.classList.add("is-target");
      over = under;
    }
    if (at.clientY < EDGE) scrollBy(0, -14);
    else if (at.clientY > innerHeight - EDGE && !under) scrollBy(0, 14);
  };

  const end = (at) => {
    clearTimeout(timer);
    stop.abort();
    over?.classList.remove("is-target");
    document.documentElement.classList.remove("dragging");
    list.card(letter).classList.remove("is-lifted");
    if (!box) return;
    box.remove();
    box = null;
    // The click that ends a drag is none.
    const mute = (click) => click.stopPropagation();
    addEventListener("click", mute, true);
    setTimeout(() => removeEventListener("click", mute, true));
    list.point(letter, { move: false });
    if (at?.type === "pointerup" && over) list.place(letter, Number(over.dataset.drop ?? over.dataset.put));
  };

  const { signal } = stop;
  addEventListener("pointermove", follow, { signal });
  addEventListener("pointerup", end, { signal });
  addEventListener("pointercancel", end, { signal });
  addEventListener("keydown", (key) => key.key === "Escape" && end(key), { signal });
  addEventListener("touchmove", (move) => box && move.preventDefault(), { signal, passive: false });
  addEventListener("selectstart", (select) => select.preventDefault(), { signal });
}
