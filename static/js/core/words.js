import { LANGUAGE, figure } from "./language.js";

// Sentences that scripts show are written in templates:
//
//   <template data-words><p data-word="place">Number {n} in the queue</p></template>
//   say("place", { n: 3 });
//
// Several <template data-words> on one page add up.

// Each stands for all numbers that a language counts alike (Arabic has six kinds).
const STANDING = [0, 1, 2, 3, 11, 100];
const plural = new Intl.PluralRules(LANGUAGE);

export function say(key, values = {}) {
  return find(key)?.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole) ?? "";
}

// A sentence that counts: `{% standing_numbers %}` has it written once for each kind.
export function sayCount(key, count, values = {}) {
  const kind = plural.select(count);
  const alike = STANDING.find((number) => plural.select(number) === kind) ?? STANDING.at(-1);
  return say(`${key}-${alike}`, { count: figure(count), ...values });
}

// The first of the keys that has words; "" if none has.
export function sayFirst(keys, values = {}) {
  const key = keys.find((candidate) => find(candidate) !== null);
  return key === undefined ? "" : say(key, values);
}

function find(key) {
  for (const template of document.querySelectorAll("template[data-words]")) {
    const element = template.content.querySelector(`[data-word="${key}"]`);
    if (element) return element.textContent.trim();
  }
  return null;
}
