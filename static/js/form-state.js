// What somebody has answered, as [[name, value], …]; and bringing it back.
const OURS = new Set(["csrfmiddlewaretoken", "lease", "revision", "submission", "active_ms", "device", "reason", "note", "noticed", "alike"]);
const TEXT = "textarea, input:not([type=radio], [type=checkbox], [type=hidden])";

const controls = (root) => [...root.querySelectorAll("input[name], select[name], textarea[name]")].filter((one) => !OURS.has(one.name));

export function answers(form) {
  return [...new FormData(form)].filter(([name, value]) => !OURS.has(name) && value !== "");
}

export const same = (one, other) => JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());

// Texts are left out of undo: text boxes have their own.
export function choices(form) {
  return controls(form).filter((one) => !one.matches(TEXT))
    .filter((one) => one.type === "radio" || one.type === "checkbox" ? one.checked : one.value).map((one) => [one.name, one.value]);
}

// Sets every control below `root` as `pairs` say; what they do not mention becomes empty.
export function restore(root, pairs, { texts = true } = {}) {
  const wanted = new Map();
  for (const [name, value] of pairs) wanted.set(name, [...(wanted.get(name) || []), value]);
  for (const one of controls(root)) {
    const values = wanted.get(one.name) || [];
    if (one.type === "radio" || one.type === "checkbox") one.checked = values.includes(one.value);
    else if (!one.matches(TEXT) || texts) one.value = values[0] ?? "";
  }
  root.dispatchEvent(new CustomEvent("restored", { bubbles: true }));
}
