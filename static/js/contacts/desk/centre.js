// The centre of the desk: one page per card, kept while the card is there, the
// selected one shown. The page is chosen by the card's state.
import { setText, show, slot } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { WrapUpPage } from "../../wrapup/page.js";
import { Conversation } from "./conversation.js";
import { isWatched } from "./names.js";
import { Offer } from "./offer.js";

const PAGES = {
  offered: Offer,
  connected: Conversation,
  watched: Conversation,
  wrapup: WrapUpPage,
};

export class Centre {
  #root;
  #desk;
  #pages = new Map(); // contact -> { state, page }

  // `desk`, what the pages need: { socket, api, command(contact, name, body),
  // requests, offers, video, onDone(contact), onRefused(error), onBack(), onClose(),
  // onForbidden(contact), onDetails(name), onSay(text) }: said above the list.
  constructor({ root, desk }) {
    this.#root = root;
    this.#desk = desk;
  }

  // `elsewhere(card)`: what waits for the agent beside that card.
  render(state, { openDetails, elsewhere }) {
    const open = new Set(state.open.map(({ contact }) => contact));
    for (const contact of this.#pages.keys()) {
      if (!open.has(contact)) this.#drop(contact);
    }
    for (const card of state.open) {
      const page = this.#page(card, state.me);
      page.put(card);
      page.heading.mark({ open: openDetails, elsewhere: elsewhere(card) });
      show(page.element, card === state.selected);
    }
    this.#sayEmpty(state);
  }

  conversation(contact) {
    const { page } = this.#pages.get(contact) ?? {};
    return page instanceof Conversation ? page : null;
  }

  // There are articles for a queue, or none any more.
  articles(queue) {
    for (const contact of this.#pages.keys()) this.conversation(contact)?.askForArticles(queue);
  }

  // Whether the agent sees this contact's page right now.
  isLookedAt(contact) {
    const { page } = this.#pages.get(contact) ?? {};
    return Boolean(page?.element.checkVisibility()) && document.hasFocus();
  }

  look() {
    for (const [contact, { page }] of this.#pages) {
      if (this.isLookedAt(contact)) page.look();
    }
  }

  focus(contact) {
    this.#pages.get(contact)?.page.focus();
  }

  #page(card, me) {
    const known = this.#pages.get(card.contact);
    const state = isWatched(card) ? "watched" : card.state;
    if (known?.state === state) return known.page;
    const hadFocus = known?.page.element.contains(document.activeElement);
    this.#drop(card.contact);
    const page = new PAGES[state]({ contact: card.contact, me, ...this.#desk });
    this.#pages.set(card.contact, { state, page });
    this.#root.append(page.element);
    page.put(card);
    if (page instanceof Conversation) page.resume();
    if (hadFocus) queueMicrotask(() => page.focus());
    return page;
  }

  #drop(contact) {
    const known = this.#pages.get(contact);
    if (!known) return;
    known.page.stop();
    known.page.element.remove();
    this.#pages.delete(contact);
  }

  #sayEmpty(state) {
    const mood = moodOf(state);
    setText(slot(this.#root, "empty-heading"), say(`centre-${mood}`));
    setText(slot(this.#root, "empty-text"), say(`centre-${mood}-text`));
    show(slot(this.#root, "empty"), !state.selected);
  }
}

function moodOf({ me, cards }) {
  if (cards.some(({ state }) => state === "offered")) return "offered";
  return cards.length ? "choose" : (me?.state ?? "offline");
}
