// The Active Contact List: its tabs, its cards in order, its words when empty.
import { focusOn, keepFocus, setText, show, slot } from "../../core/dom.js";
import { report } from "../../core/refusal.js";
import * as store from "../../core/store.js";
import { Tabs } from "../../core/tabs.js";
import { onTick } from "../../core/time.js";
import { say } from "../../core/words.js";
import { CardRow } from "./card.js";
import { waitingFirst } from "./waits.js";

const AT_ONCE = 10_000; // milliseconds

export class ContactList {
  #root;
  #list;
  #tabs;
  #heading;
  #channel = "all";
  #state = null;
  #notices = []; // { text, at }
  #news = []; // to be announced
  #rows = new Map(); // contact -> CardRow
  #onOpen;
  #actions;
  #unreadOf;

  // `actions`: { accept, decline }, each takes a contact and answers with a
  // sentence when refused. `unreadOf(card)`: what nobody has looked at.
  constructor({ root, onOpen, actions, unreadOf }) {
    this.#root = root;
    this.#list = slot(root, "cards");
    this.#heading = root.querySelector("#list-heading");
    this.#onOpen = onOpen;
    this.#actions = actions;
    this.#unreadOf = unreadOf;
    this.#tabs = slot(root, "tabs");
    new Tabs({ list: this.#tabs, onChoose: (tab) => this.#choose(tab) });
    slot(root, "waiting-first").addEventListener("click", () => this.#switchOrder());
    this.#list.addEventListener("pointerleave", () => this.#state && this.render(this.#state));
    this.#list.addEventListener("keydown", (event) => this.#key(event));
    this.#list.addEventListener("focusin", () => this.#oneTabStop());
    onTick(() => this.#rows.forEach((row) => row.tick()));
  }

  render(state) {
    this.#state = state;
    const shown = this.#inOrder(state.cards.filter((card) => belongs(card, this.#channel)));
    keepFocus(() => this.#place(shown), this.#heading);
    for (const tab of this.#tabs.children) {
      const count = state.cards.filter((card) => belongs(card, tab.dataset.channel)).length;
      setText(slot(tab, "count"), count);
    }
    const isSorted = this.#isWaitingFirst;
    slot(this.#root, "waiting-first").setAttribute("aria-checked", isSorted);
    this.#sayEmpty(shown.length === 0);
    this.#oneTabStop();
  }

  get #orderKey() {
    return `waiting-first.agent-${this.#state.me?.id}`;
  }

  get #isWaitingFirst() {
    return Boolean(this.#state?.me) && store.read(this.#orderKey) === true;
  }

  #switchOrder() {
    if (!this.#state?.me) return;
    store.write(this.#orderKey, !this.#isWaitingFirst);
    this.render(this.#state);
  }

  // Those who begin to wait move up, but never while the pointer is on the list.
  #inOrder(cards) {
    if (!this.#isWaitingFirst) return cards;
    const sorted = waitingFirst(cards);
    if (!this.#list.matches(":hover")) return sorted;
    const places = [...this.#list.children].map(({ dataset }) => dataset.contact);
    const known = sorted.filter(({ contact }) => places.includes(contact));
    known.sort((a, b) => places.indexOf(a.contact) - places.indexOf(b.contact));
    return sorted.map((card) => (places.includes(card.contact) ? known.shift() : card));
  }

  // The contact that Alt+n opens.
  nth(n) {
    return this.#list.children[n - 1]?.dataset.contact ?? null;
  }

  // What is to be read above the list, in place of all before.
  notice(text) {
    this.#notices = [];
    this.tell(text);
  }

  // What happened to a card that is gone; several that go at once are all named.
  tell(text) {
    const now = Date.now();
    this.#notices = this.#notices.filter(({ at }) => now - at < AT_ONCE);
    if (text) this.#notices.push({ text, at: now });
    report(slot(this.#root, "notice"), this.#notices.map((notice) => notice.text).join("\n"));
  }

  focus() {
    focusOn(this.#heading);
  }

  #choose(tab) {
    this.#channel = tab.dataset.channel;
    slot(this.#root, "panel").setAttribute("aria-labelledby", tab.id);
    if (this.#state) this.render(this.#state);
  }

  #place(cards) {
    const wanted = new Set(cards.map(({ contact }) => contact));
    for (const [contact, row] of this.#rows) {
      if (wanted.has(contact)) continue;
      row.element.remove();
      this.#rows.delete(contact);
    }
    const focused = document.activeElement;
    cards.forEach((card, index) => this.#put(card, index));
    if (this.#list.contains(focused)) focused.focus({ preventScroll: true });
  }

  #put(card, index) {
    const row = this.#rows.get(card.contact) ?? this.#newRow(card.contact);
    const isSelected = this.#state.selected?.contact === card.contact;
    row.put(card, { me: this.#state.me, isSelected, unread: this.#unreadOf(card) });
    const there = this.#list.children[index] ?? null;
    if (there !== row.element) this.#list.insertBefore(row.element, there);
  }

  #newRow(contact) {
    const onNews = (text) => this.#announce(text);
    const row = new CardRow({ onOpen: this.#onOpen, actions: this.#actions, onNews });
    this.#rows.set(contact, row);
    return row;
  }

  // For those who do not see the cards: all that comes at once, and the same words anew.
  #announce(text) {
    this.#news.push(text);
    if (this.#news.length > 1) return;
    queueMicrotask(() => {
      slot(this.#root, "announcement").textContent = this.#news.splice(0).join(" ");
    });
  }

  #sayEmpty(isEmpty) {
    const { me, cards } = this.#state;
    const key = cards.length ? "empty-channel" : `empty-${me?.state ?? "offline"}`;
    setText(slot(this.#root, "list-empty"), say(key));
    show(slot(this.#root, "list-empty"), isEmpty);
  }

  #key(event) {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const card = step && document.activeElement.closest("[data-contact]");
    if (!card) return;
    event.preventDefault();
    card[step]?.focus();
  }

  // Tab reaches one card, the arrow keys the others.
  #oneTabStop() {
    const cards = [...this.#list.children];
    const stop =
      cards.find((card) => card.contains(document.activeElement)) ??
      cards.find((card) => card.hasAttribute("aria-current")) ??
      cards[0];
    for (const card of cards) card.tabIndex = card === stop ? 0 : -1;
  }
}

function belongs({ channel }, tab) {
  return tab === "all" || channel === tab;
}
