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
  return fillIn(find(key) ?? "", values);
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

// A sentence that was stored in English, as this page says it: `data-stored` has its
// English, with {name} for values. What is none of ours stays as it is.
export function shown(stored) {
  for (const template of document.querySelectorAll("template[data-words]")) {
    for (const element of template.content.querySelectorAll("[data-stored]")) {
      const values = valuesIn(stored, element.dataset.stored);
      if (values) return fillIn(element.textContent.trim(), values);
    }
  }
  return stored;
}

// null where it is another sentence.
function valuesIn(stored, sentence) {
  const parts = sentence.split(/\{(\w+)\}/); // every other one is a name
  const pattern = parts.map((part, place) => (place % 2 ? `(?<${part}>.*)` : escape(part)));
  const found = new RegExp(`^${pattern.join("")}$`, "s").exec(stored);
  return found && (found.groups ?? {});
}

function escape(text) {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function fillIn(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function find(key) {
  for (const template of document.querySelectorAll("template[data-words]")) {
    const element = template.content.querySelector(`[data-word="${key}"]`);
    if (element) return element.textContent.trim();
  }
  return null;
}
