// Where this chat was opened, in which language, and how earlier ones were rated.
import { clone, fill, show, slot } from "../../core/dom.js";
import { dateName, fullTime } from "../../core/time.js";
import { say } from "../../core/words.js";

const RATINGS = 5;

export function drawVisit(root, { page, language, consent }) {
  const link = slot(root, "page");
  const isPage = /^https?:\/\//i.test(page?.url ?? "");
  show(slot(root, "page-row"), isPage);
  if (isPage) {
    link.href = page.url;
    fill(root, { page: page.title || page.url });
    link.title = page.url;
  }
  show(slot(root, "language-row"), Boolean(language));
  fill(root, { language: language && languageName(language) });
  show(slot(root, "consent-row"), Boolean(consent));
  if (consent) {
    fill(root, { consent: consent.text, "consent-at": say("consented", { time: fullTime(consent.at) }) });
  }
  show(slot(root, "visit"), isPage || Boolean(language || consent));
}

export function drawRatings(root, contacts) {
  const rated = contacts.filter(({ rating }) => rating).slice(0, RATINGS);
  const rows = rated.map(({ opened_at: openedAt, rating: { score, comment } }) => {
    const stars = say("rating-stars", { score });
    return fill(clone("fact-row"), {
      name: dateName(openedAt),
      value: comment ? say("rating-comment", { stars, comment }) : stars,
    });
  });
  slot(root, "ratings").replaceChildren(...rows);
  show(slot(root, "rated"), rows.length > 0);
}

function languageName(tag) {
  try {
    return new Intl.DisplayNames(document.documentElement.lang, { type: "language" }).of(tag);
  } catch {
    return tag;
  }
}
