// What texts that people take for the same have in common: no case, no accents,
// one way of composing, one space. The server folds likewise (core/text.py).
export function folded(text) {
  const plain = text.normalize("NFKD").replace(/[\p{M}\p{Cf}]/gu, "");
  return plain.toUpperCase().toLowerCase().replace(/\s+/g, " ").trim();
}

// Return a test of folded texts: whether all words occur in one.
export function matcher(words) {
  const wanted = folded(words).split(" ");
  return (text) => wanted.every((word) => text.includes(word));
}
