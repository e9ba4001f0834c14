// Sentences that scripts show are written in templates:
//
//   <template data-words><p data-word="place">Number {n} in the queue</p></template>
//   say("place", { n: 3 });
//
// Several <template data-words> on one page add up.

export function say(key, values = {}) {
  return find(key)?.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole) ?? "";
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
