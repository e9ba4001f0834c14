// The language of the page, for numbers and times: written in the digits that the
// server writes, too.
const { lang } = document.documentElement;

export const LANGUAGE = withDigits(lang || navigator.language);

// As this person's browser has it, such as en-GB, where it is the same language.
export const OWN = withDigits(navigator.languages.find(isSpoken) ?? (lang || navigator.language));

const number = new Intl.NumberFormat(LANGUAGE);

// 1234 -> "1,234"
export function figure(value) {
  return number.format(value);
}

const isArabic = new Intl.Locale(LANGUAGE).maximize().script === "Arab";
const comma = isArabic ? "\u060c " : ", ";

// ["a", "b", "c"] -> "a, b, c", with the comma of the language's letters. What is no
// sentence has no "and" either.
export function listed(texts) {
  return texts.join(comma);
}

function withDigits(tag) {
  return new Intl.Locale(tag, { numberingSystem: "latn" }).toString();
}

function isSpoken(tag) {
  return tag === lang || tag.startsWith(`${lang}-`);
}
