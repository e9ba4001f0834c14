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
const PAGE = localeOf(document.documentElement.lang || "en");

// Mark an element whose text is in other letters than the page's, or in those of the
// language that its writer probably writes (such as "de-at"), where that is another one.
export function mark(element, text, probable = "") {
  const tag = tongueOf(scriptOf(text), probable);
  if (tag === null) element.removeAttribute("lang");
  else element.lang = tag;
}

// null: the language of the page, as far as anybody can tell.
function tongueOf(script, probable) {
  const locale = localeOf(probable);
  const isProbable = script !== null && locale?.script === script;
  if (isProbable && locale.language !== PAGE.language) return probable;
  return script === null || script === PAGE.script ? null : SCRIPTS[script];
}

// null where nothing is known; a browser may name what is no language.
function localeOf(tag) {
  try {
    return new Intl.Locale(tag).maximize();
  } catch {
    return null;
  }
}

// The script of most of the letters; null where there are none.
function scriptOf(text) {
  const counts = LETTERS.map(([name, letters]) => [name, text.match(letters)?.length ?? 0]);
  const [name, most] = counts.reduce((best, each) => (each[1] > best[1] ? each : best));
  if (!most) return null;
  return name === "Hani" && /\p{Script=Hira}/u.test(text) ? "Hira" : name;
}
