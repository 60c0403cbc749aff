// What scripts say, in the language of the page. English is in the scripts; other languages bring static/js/words/*.js.
const known = globalThis.words;

export function gettext(text, values = {}) {
  return fill(known?.texts[text]?.[0] || text, values);
}

// `number` chooses the form, and is one of the values.
export function ngettext(one, many, number, values = {}) {
  const form = known?.texts[one]?.[known.plural(number)];
  return fill(form || (number === 1 ? one : many), { number, ...values });
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}
