// The admin: of several groups of options only those of the chosen kind are shown. Without this all of them are.
const groups = (select) => {
  const around = select.closest("[data-kinds], .inline-related, form");
  return around ? [...around.querySelectorAll("[data-kind]")] : [];
};

function show(select) {
  for (const group of groups(select)) group.hidden = group.dataset.kind !== select.value;
}

const chooses = (element) => element.matches?.("select[data-chooses-kind]");

document.addEventListener("change", (event) => {
  if (chooses(event.target)) show(event.target);
});

// Django's inlines add forms by copying an empty one.
document.addEventListener("formset:added", (event) => {
  event.target.querySelectorAll("select[data-chooses-kind]").forEach(show);
});

document.querySelectorAll("select[data-chooses-kind]").forEach(show);
