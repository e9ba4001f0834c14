// Which language a text is in, as far as its letters tell, for those who hear it: what
// people write need not be in the language of the page.
const SCRIPTS = {
  Latn: "", // of many languages: none of the page's is all that is known
  Arab: "ar",
  Armn: "hy",
  Cyrl: "ru",
  Deva: "hi",
  Geor: "ka",
  Grek: "el",
  Hang: "ko",
  Hani: "zh",
  Hebr: "he",
  Hira: "ja", // beside Hani, too
  Thai: "th",
};
const LETTERS = Object.keys(SCRIPTS).map((name) => [name, new RegExp(`\\p{Script=${name}}`, "gu")]);
const OWN = new Intl.Locale(document.documentElement.lang || "en").maximize().script;

// Mark an element whose text is in other letters than the page's.
export function mark(element, text) {
  const script = scriptOf(text);
  if (script === null || script === OWN) element.removeAttribute("lang");
  else element.lang = SCRIPTS[script];
}

// The script of most of the letters; null where there are none.
function scriptOf(text) {
  const counts = LETTERS.map(([name, letters]) => [name, text.match(letters)?.length ?? 0]);
  const [name, most] = counts.reduce((best, each) => (each[1] > best[1] ? each : best));
  if (!most) return null;
  return name === "Hani" && /\p{Script=Hira}/u.test(text) ? "Hira" : name;
}
