// What texts that people take for the same have in common: no case, no accents, one way
// of composing, nothing invisible, one space. As the server folds (core/text.py).
const ACCENTS =
  /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]/g;
const UNSEEN =
  /(?!\s)[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\u{e0100}-\u{e01ef}]/gu;
// Letters that people take for others with an accent or a bar; marks keyboards lack.
const SAME = {
  "\u00e6": "ae",
  "\u00f0": "d",
  "\u00f8": "o",
  "\u00fe": "th",
  "\u0111": "d",
  "\u0127": "h",
  "\u0131": "i",
  "\u0142": "l",
  "\u0153": "oe",
  "\u0167": "t",
  "\u0640": "",
  "\u2018": "'",
  "\u2019": "'",
  "\u02bc": "'",
  "\u2010": "-",
  "\u2013": "-",
  "\u2014": "-",
};
const ALIKE = new RegExp(`[${Object.keys(SAME).join("")}]`, "g");

export function folded(text) {
  const small = text.toUpperCase().toLowerCase().normalize("NFKD").replace(ACCENTS, "");
  const same = small.replace(UNSEEN, "").replace(ALIKE, (letter) => SAME[letter]);
  return same.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

// Return a test of folded texts: whether all words occur in one.
export function matcher(words) {
  const wanted = folded(words).split(" ");
  return (text) => wanted.every((word) => text.includes(word));
}
