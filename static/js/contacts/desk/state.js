// What the desk knows. Frames carry whole state, so that one applied twice or
// late does no harm; whatever changes, `onChange` draws it anew.
import { notice } from "../../core/events.js";
import { setServerNow } from "../../core/time.js";
import { isGivenAway, isWatched } from "./names.js";

const ME = "me";
const ORDER = { offered: 0, connected: 1, wrapup: 2 };
const WATCHED = 3; // what others have in hand comes last

export class DeskState {
  #me = null;
  #cards = new Map();
  #selected = null;
  #left = null; // the card of a conference that the customer has left, while it is open
  #timers = "ok";
  #version = 0;
  #changes = new Map(); // contact or ME -> the version of its last change
  #gone = new Map(); // contact -> the version of its card that was taken away
  #talkAbout;
  #tell;

  #frames = {
    welcome: (frame) => this.#welcome(frame),
    me: ({ me }) => this.putMe(me),
    card: ({ card }) => this.#isOld(card) || this.putCard(card),
    card_removed: ({ contact, reason }) => this.remove(contact, reason),
    message: ({ message }) => this.#message(message),
    messages: (frame) => this.#messages(frame),
    note: ({ note }) => this.#talkAbout(note.contact)?.note(note),
    whisper: ({ whisper }) => this.#talkAbout(whisper.contact)?.whisper(whisper),
    typing: (frame) => this.#talkAbout(frame.contact)?.typing(frame),
    read: (frame) => this.#talkAbout(frame.contact)?.read(frame),
    notice: (frame) => this.#talkAbout(frame.contact)?.notice(notice(frame), frame.code),
    error: ({ code }) => code !== "too_many" && this.#tell.onDoubt(),
    pong: (frame) => this.#pong(frame),
  };

  // `talkAbout(contact)`: the open conversation, if any. `onChange()`: draw.
  // `onWelcome(contacts)`: connected again, with those held before.
  // `onRemoved(card, reason)`: no reason for one that was found to be missing.
  // `onDoubt()`: something was missed, fetch the state.
  constructor({ talkAbout, ...tell }) {
    this.#talkAbout = talkAbout;
    this.#tell = tell;
  }

  apply(frame) {
    this.#frames[frame.type]?.(frame);
  }

  get me() {
    return this.#me;
  }

  // Offered (oldest first), connected, wrap-up.
  get cards() {
    return [...this.#cards.values()].sort(inOrder);
  }

  // What the centre keeps pages of.
  get open() {
    return this.#left ? [...this.cards, this.#left] : this.cards;
  }

  get selected() {
    const left = this.#left?.contact === this.#selected ? this.#left : null;
    return this.#cards.get(this.#selected) ?? left;
  }

  get timersAreLate() {
    return this.#timers === "stale";
  }

  // Grows with every change that the server told.
  get version() {
    return this.#version;
  }

  card(contact) {
    return this.#cards.get(contact) ?? null;
  }

  select(contact) {
    this.#selected = contact;
    if (this.#left?.contact !== contact) this.#left = null;
    this.#tell.onChange();
  }

  putMe(me) {
    this.#me = me;
    this.#changed(ME);
  }

  putCard(card) {
    this.#cards.set(card.contact, told(card));
    this.#changed(card.contact);
  }

  remove(contact, reason) {
    const card = this.card(contact);
    this.#cards.delete(contact);
    if (card) this.#gone.set(contact, card.version);
    if (reason === "customer_left" && this.#selected === contact) this.#keep(card);
    this.#changed(contact);
    if (card) this.#tell.onRemoved(card, reason);
  }

  // Run a command that answers with the card as it then is, or null for none.
  command(contact, run) {
    return this.#unlessTold(contact, run, (card) => {
      if (card) this.putCard(card);
      else this.remove(contact, this.#isGuest(contact) ? "left" : "completed");
    });
  }

  // Run a command that answers with the agent.
  commandMe(run) {
    return this.#unlessTold(ME, run, (me) => this.putMe(me));
  }

  // Frames that come while a command runs know better than its answer.
  async #unlessTold(what, run, apply) {
    const before = this.#changes.get(what);
    const answer = await run();
    if (this.#changes.get(what) === before) apply(answer);
  }

  // The whole state.
  replace({ me, cards }) {
    const gone = new Map(this.#cards);
    this.#me = me;
    this.#cards = new Map(cards.map((card) => [card.contact, told(card)]));
    this.#changed();
    for (const { contact } of cards) gone.delete(contact);
    for (const card of gone.values()) {
      this.#gone.set(card.contact, card.version);
      this.#tell.onRemoved(card, null);
    }
  }

  // Frames may overtake each other: this one was made before what is shown here.
  #isOld({ contact, version }) {
    const held = this.card(contact);
    return held ? version < held.version : version <= (this.#gone.get(contact) ?? -1);
  }

  // The consulted agent's part is over at once, but what is open can be read on.
  #keep(card) {
    if (card?.state !== "connected") return;
    this.#left = { ...card, isLeft: true, conference: null, controls: [] };
  }

  #isGuest(contact) {
    return this.card(contact)?.role === "consulted";
  }

  #welcome({ now, me, cards, timers }) {
    setServerNow(now);
    this.#timers = timers;
    const held = [...this.#cards.keys()];
    this.replace({ me, cards });
    this.#tell.onWelcome(held);
  }

  #message(message) {
    this.#talkAbout(message.contact)?.messages([message], message.seq - 1);
    const card = this.card(message.contact);
    if (!card || message.seq <= card.last_seq) return;
    this.#cards.set(card.contact, withMessage(card, message, this.#me));
    this.#changed();
  }

  // Lines may have changed that are shown.
  #lookAgain() {
    for (const { contact } of this.cards) this.#talkAbout(contact)?.lookAgain();
  }

  #messages({ contact, messages, last_seq: lastSeq, next, reset }) {
    const conversation = this.#talkAbout(contact);
    if (reset) conversation?.startOver();
    conversation?.messages(messages, next ? 0 : lastSeq);
    if (next) conversation?.goOn(next);
  }

  #pong({ now, last_seq: lastSeq, versions, timers }) {
    setServerNow(now);
    if (timers !== this.#timers) {
      this.#timers = timers;
      this.#changed();
    }
    for (const [contact, seq] of Object.entries(lastSeq)) {
      if (this.card(contact)?.state !== "offered") this.#talkAbout(contact)?.check(seq);
    }
    const isBehind = this.cards.some(
      ({ contact, changes }) => versions[contact] - lastSeq[contact] > changes,
    );
    if (isBehind || this.#differsFrom(lastSeq)) this.#tell.onDoubt();
    if (isBehind) this.#lookAgain();
  }

  // A card frame was lost, or came too late: the server counts another set of cards.
  // It does not count what was given away, of which the card knows no line.
  #differsFrom(lastSeq) {
    const counted = this.cards.filter((card) => !isGivenAway(card));
    return (
      counted.some(({ contact }) => !(contact in lastSeq)) ||
      Object.keys(lastSeq).some((contact) => !this.#cards.has(contact))
    );
  }

  #changed(what) {
    this.#version += 1;
    if (what) this.#changes.set(what, this.#version);
    this.#tell.onChange();
  }
}

function inOrder(a, b) {
  return (
    place(a) - place(b) ||
    Date.parse(a.offered_at ?? a.connected_at) - Date.parse(b.offered_at ?? b.connected_at) ||
    a.assignment - b.assignment
  );
}

function place(card) {
  return isWatched(card) ? WATCHED : ORDER[card.state];
}

// `changes`: how many there were beside the lines, which are counted by `last_seq`.
function told(card) {
  return { ...card, changes: card.version - card.last_seq };
}

// The card as it soon will be sent anyway, so that its last line keeps up.
function withMessage(card, { seq, kind, sender, text, created_at: createdAt }, me) {
  if (kind !== "text") return { ...card, last_seq: seq };
  return {
    ...card,
    last_seq: seq,
    last_message: { text, sender, created_at: createdAt },
    unread: card.unread + (sender.key === me.key || isWatched(card) ? 0 : 1),
    unanswered_since: unanswered(card, sender, createdAt),
  };
}

function unanswered({ state, unanswered_since: since }, { kind }, createdAt) {
  if (kind === "agent") return null;
  return kind === "customer" && state === "connected" ? (since ?? createdAt) : since;
}
