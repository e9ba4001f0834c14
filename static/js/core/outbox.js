// The messages of one contact that nobody has acknowledged yet. Each is stored
// before it is sent and forgotten only when it is known to be stored: a reload
// or a crash loses none, and the kept client_id doubles none.
//
//   const outbox = new Outbox({
//     socket, contact, owner: `agent-${me.id}`,   // or "customer"
//     onAdd: (entry) => {},       // entry: { client_id, text, attachments, created_at, failure }
//     onSent: (message) => {},    // stored, with its seq
//     onFail: (entry) => {},      // entry.failure = { code, detail }
//     onHold: (entry, until) => {},   // waits for a limit; until: milliseconds, our clock
//     onGone: (clientId) => {},   // settled or discarded; also by another tab
//   });
//   outbox.resume();              // after every `welcome`
//   outbox.add("Hello", attachments);
//   outbox.settle(message);       // for every own message that arrives
//   outbox.close({ code, detail });   // ended: the rest has failed
//
// One message is under way at a time, so that a refused one never lets a later
// one overtake it.
import { newId } from "./ids.js";
import * as store from "./store.js";

const PAUSE = 5; // seconds, where the server names none
const MOST_FAULTS = 5;

export class Outbox {
  #socket;
  #contact;
  #prefix;
  #tell;
  #entries = new Map();
  #pumping = false;
  #faults = 0;
  #heldUntil = 0; // milliseconds

  constructor({ socket, contact, owner, ...tell }) {
    this.#socket = socket;
    this.#contact = contact;
    this.#prefix = `outbox.${owner}.${contact}.`;
    this.#tell = tell; // { onAdd, onSent, onFail, onHold, onGone }
    store.onChangeElsewhere((key) => this.#changedElsewhere(key));
  }

  get size() {
    return this.#entries.size;
  }

  add(text, attachments = []) {
    const entry = { client_id: newId(), text, attachments, created_at: this.#stamp(), failure: null };
    this.#keep(entry);
    this.#entries.set(entry.client_id, entry);
    this.#tell.onAdd(entry);
    this.#tellHeld(entry);
    this.#pump();
    return entry;
  }

  // Take up what an earlier page left behind, then send on.
  resume() {
    const kept = store.keys(this.#prefix).map((key) => store.read(key)).filter(Boolean);
    kept.sort((a, b) => a.created_at - b.created_at);
    for (const entry of kept) {
      if (this.#entries.has(entry.client_id)) continue;
      this.#entries.set(entry.client_id, entry);
      this.#tell.onAdd(entry);
    }
    this.#pump();
  }

  // The message has been stored: by our send, or seen in the transcript.
  settle({ client_id: clientId }) {
    if (this.#entries.has(clientId)) this.discard(clientId);
  }

  // Forget a message, for instance to edit it. Return its text and files.
  discard(clientId) {
    const entry = this.#entries.get(clientId);
    this.#entries.delete(clientId);
    store.remove(this.#prefix + clientId);
    this.#tell.onGone(clientId);
    return { text: entry?.text ?? "", attachments: entry?.attachments ?? [] };
  }

  // The conversation is over: what is left here will not be sent any more.
  close(failure) {
    for (const entry of this.#entries.values()) this.#refused(entry, failure);
  }

  clear() {
    for (const clientId of [...this.#entries.keys()]) this.discard(clientId);
  }

  async #pump() {
    if (this.#pumping) return;
    this.#pumping = true;
    while (await this.#sendNext());
    this.#pumping = false;
  }

  // Return whether to go on with the next one.
  async #sendNext() {
    const entry = [...this.#entries.values()].find(({ failure }) => !failure);
    if (!entry) return false;
    try {
      const { client_id, text } = entry;
      const attachments = (entry.attachments ?? []).map(({ id }) => id);
      const said = { contact: this.#contact, client_id, text, attachments };
      const message = await this.#socket.deliver(said);
      this.settle(entry);
      this.#tell.onSent(message);
    } catch (error) {
      if (error.code === "closed") return false;
      if (this.#isPassing(error)) await this.#pause(error);
      else this.#refused(entry, error);
    }
    return true;
  }

  // A limit, an outage, or a fault of the server that may have gone by the next
  // attempt.
  #isPassing({ code }) {
    this.#faults = code === "server_error" ? this.#faults + 1 : 0;
    if (code === "too_many" || code === "unavailable") return true;
    return code === "server_error" && this.#faults < MOST_FAULTS;
  }

  #refused(entry, { code = "unknown", detail = "" }) {
    if (!this.#entries.has(entry.client_id)) return;
    entry.failure = { code, detail };
    this.#keep(entry);
    this.#tell.onFail(entry);
  }

  #changedElsewhere(key) {
    if (!key.startsWith(this.#prefix) || store.read(key)) return;
    const clientId = key.slice(this.#prefix.length);
    if (this.#entries.has(clientId)) this.discard(clientId);
  }

  #keep(entry) {
    store.write(this.#prefix + entry.client_id, entry);
  }

  // Strictly increasing within the page, so that order survives a reload.
  #stamp() {
    const latest = Math.max(0, ...[...this.#entries.values()].map((e) => e.created_at));
    return Math.max(Date.now(), latest + 1);
  }

  // Those behind it wait as long: they go out in order.
  async #pause({ code, retryAfter }) {
    const wait = (retryAfter ?? PAUSE) * 1000;
    if (code === "too_many") this.#heldUntil = Date.now() + wait;
    for (const entry of this.#entries.values()) this.#tellHeld(entry);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }

  #tellHeld(entry) {
    if (entry.failure || this.#heldUntil <= Date.now()) return;
    this.#tell.onHold(entry, this.#heldUntil);
  }
}
