// What the widget says. `WORDS` is written in front of this when the script is joined:
// the words of each language, of which counted ones stand for all that are counted alike.
const STANDING = [0, 1, 2, 3, 11, 100];

// Return what says something in a language of ours: the one that the tag names, else
// the first that the browser asks for.
export function speaker(named) {
  const language = [named, ...navigator.languages.map(root)].find((each) => each in WORDS) ?? "en";
  const words = WORDS[language];
  const plural = new Intl.PluralRules(language);
  return {
    language,
    say: (key) => words[key],
    count(key, count) {
      const kind = plural.select(count);
      const alike = STANDING.find((number) => plural.select(number) === kind) ?? STANDING.at(-1);
      return words[`${key}-${alike}`].replace("{count}", count);
    },
  };
}

function root(tag) {
  return tag.split("-")[0].toLowerCase();
}
