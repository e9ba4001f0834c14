// An offer is announced: a sound, a notification of the system, the title of
// the tab. The sound comes again when the card begins to blink.
import { Chime } from "../core/chime.js";
import { onTick } from "../core/time.js";
import * as store from "../core/store.js";
import { say } from "../core/words.js";
import { customerName, phase } from "../contacts/desk/names.js";

const ASKED = "desk.asked-to-notify";

export class Announcer {
  #title = document.title;
  #chime;
  #offers = new Map(); // assignment -> { card, phase, notification }
  #onOpen;

  // `onSound(state)`: whether offers can be heard (`Chime`).
  constructor({ onOpen, onSound }) {
    this.#onOpen = onOpen;
    this.#chime = new Chime({ mutedKey: "desk.muted", onChange: onSound });
    onTick(() => this.#tick());
  }

  toggleSound() {
    this.#chime.toggle();
  }

  // Asked once in this browser, at a moment when the reason is plain.
  askOnce() {
    if (!window.Notification || Notification.permission !== "default") return;
    if (store.read(ASKED)) return;
    store.write(ASKED, true);
    Notification.requestPermission();
  }

  render({ cards }, unread) {
    const offers = cards.filter(({ state }) => state === "offered");
    const present = new Set(offers.map(({ assignment }) => assignment));
    for (const [assignment, { notification }] of this.#offers) {
      if (present.has(assignment)) continue;
      notification?.close();
      this.#offers.delete(assignment);
    }
    for (const card of offers) {
      if (!this.#offers.has(card.assignment)) this.#announce(card);
    }
    this.#entitle(offers.length, unread);
  }

  #announce(card) {
    this.#chime.play(card.assignment);
    const notification = document.hasFocus() ? null : this.#notify(card);
    this.#offers.set(card.assignment, { card, phase: phase(card), notification });
  }

  #notify(card) {
    if (window.Notification?.permission !== "granted") return null;
    try {
      const notification = new Notification(
        say("notify-title", { name: customerName(card) }),
        { body: say("notify-text", { queue: card.queue?.name ?? "" }), tag: `${card.assignment}` },
      );
      notification.onclick = () => this.#onOpen(card.contact);
      return notification;
    } catch {
      return null; // Some mobile browsers know the word and refuse the deed.
    }
  }

  #tick() {
    for (const offer of this.#offers.values()) {
      const now = phase(offer.card);
      if (now !== offer.phase) this.#chime.play(`${offer.card.assignment}.${now}`);
      offer.phase = now;
    }
  }

  #entitle(offers, unread) {
    const key = offers && unread ? "both" : offers ? "offers" : unread ? "unread" : null;
    const title = key ? say(`title-${key}`, { offers, unread, title: this.#title }) : this.#title;
    if (document.title !== title) document.title = title;
  }
}
