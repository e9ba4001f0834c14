// The log of one conversation, for the desk and the customer alike. Give it the
// element of contacts/_transcript.html; the page also includes
// contacts/_transcript_rows.html once, for the templates and the words.
//
//   const transcript = new Transcript({
//     root,
//     isOwn: (message) => message.sender.key === me.key,
//     onGap: (after) => socket.send({ type: "sync", contact, after }),
//     onEdit: (clientId) => {},     // "Edit" of a message that was refused
//     isSilent: (message) => false, // a line that says nothing new here
//     onSendAgain: (seq) => {},     // "Send again" of a line whose mail has failed
//     chips: new FileChips({ api }),
//   });
//   transcript.put(message);                     // frame `message`, an ack
//   transcript.putAll(messages, lastSeq);        // `welcome`, `messages`
//   transcript.putNote(note);                    // the desk's frame `note`
//   transcript.putNote(whisper, "whisper");      // the desk's frame `whisper`
//   transcript.startOver();                      // `reset: true`, before putAll
//   transcript.check(lastSeq);                   // pong, card, contact frames
//   transcript.pending(entry); .held(entry, until); .failed(entry); .gone(clientId);  // outbox
//   transcript.faces({ [key]: address });        // pictures beside names
//   transcript.speak("de-at");                   // the customer, probably
//   transcript.read(seq);                        // frame `read` of the others
//   transcript.after                             // for `hello` and `sync`
import { clone, fill, setText, show, slot } from "./dom.js";
import { setLinkedText } from "./links.js";
import { Scroller } from "./scroller.js";
import { Sequence } from "./sequence.js";
import { describe } from "./events.js";
import { clockTime, dayName, dayOf, fullTime, onTick } from "./time.js";
import { mark } from "./tongue.js";
import { say, shown } from "./words.js";

export class Transcript {
  #rows;
  #scroller;
  #sequence;
  #isOwn;
  #onEdit;
  #isSilent;
  #onSendAgain;
  #chips;
  #bySeq = new Map();
  #byClient = new Map(); // unconfirmed rows
  #byNote = new Set(); // kinds and ids of the notes and whispers shown
  #readUpTo = 0;
  #marked = []; // rows that show "Sent" or "Read"
  #tongue = ""; // the language that the customer probably writes
  #faces = {}; // addresses of pictures, by the key of who says something

  constructor({
    root,
    isOwn,
    onGap,
    chips,
    onEdit = () => {},
    isSilent = () => false,
    onSendAgain = () => {},
  }) {
    this.#rows = slot(root, "rows");
    this.#scroller = new Scroller(slot(root, "scroll"), slot(root, "newer"));
    this.#sequence = new Sequence(onGap);
    this.#isOwn = isOwn;
    this.#onEdit = onEdit;
    this.#isSilent = isSilent;
    this.#onSendAgain = onSendAgain;
    this.#chips = chips;
  }

  get after() {
    return this.#sequence.complete;
  }

  put(message) {
    this.putAll([message], message.seq - 1);
  }

  putAll(messages, lastSeq) {
    this.#scroller.keep(() => {
      const news = messages.filter((message) => this.#put(message));
      if (news.length) this.#markLatest();
      return news.some((message) => !this.#isOwn(message));
    });
    this.#sequence.check(lastSeq);
  }

  // A line that is none of the conversation's stands among them at its time.
  putNote(note, kind = "note") {
    const key = `${kind} ${note.id}`;
    if (this.#byNote.has(key)) return;
    const row = clone(`${kind}-row`);
    const own = this.#isOwn(note);
    this.#fill(row, { ...note, own });
    setLinkedText(slot(row, "text"), note.text);
    mark(slot(row, "text"), note.text);
    row.dataset.note = note.id;
    row.dataset.sender = `${kind} ${row.dataset.sender}`;
    this.#byNote.add(key);
    this.#scroller.keep(() => {
      this.#place(row);
      this.#adjust(row);
      if (row.nextElementSibling) this.#adjust(row.nextElementSibling);
      return !own;
    });
  }

  // After a reconnect or a pong: ask again if the last messages are missing, or
  // if there are more here than the server has.
  check(lastSeq) {
    this.#sequence.check(lastSeq, { again: true });
    this.#sequence.doubt(lastSeq);
  }

  // What was shown is not what the server has. What was not confirmed stays.
  startOver() {
    for (const row of this.#bySeq.values()) row.remove();
    this.#bySeq.clear();
    this.#sequence.startOver();
    this.#readUpTo = 0;
    this.#marked = [];
    const [first] = this.#rows.children;
    if (first) this.#adjust(first);
  }

  pending(entry) {
    const row = clone("message-row");
    const createdAt = new Date(entry.created_at).toISOString();
    this.#fill(row, { ...entry, created_at: createdAt, own: true });
    row.dataset.client = entry.client_id;
    row.ariaLive = "off"; // its writer knows; it is read out once it is stored
    this.#byClient.set(entry.client_id, row);
    slot(row, "edit").addEventListener("click", () => this.#onEdit(entry.client_id));
    this.#say(row, entry.text, entry.attachments ?? []);
    this.#rows.append(row);
    this.#adjust(row);
    if (entry.failure) this.failed(entry);
    else this.#mark(row, "sending");
    this.#scroller.toEnd();
  }

  // A limit holds it back; the mark counts down to when it goes out.
  held({ client_id: clientId }, until) {
    const row = this.#byClient.get(clientId);
    if (!row) return;
    const stop = onTick(() => {
      const seconds = Math.ceil((until - Date.now()) / 1000);
      const isHeld = row.isConnected && seconds > 0 && row.dataset.mark !== "failed";
      if (isHeld) return this.#mark(row, "held", say("mark-held", { seconds }));
      if (row.dataset.mark === "held") this.#mark(row, "sending");
      return queueMicrotask(() => stop());
    });
  }

  failed({ client_id: clientId, failure }) {
    const row = this.#byClient.get(clientId);
    if (!row) return;
    this.#mark(row, "failed", failure.detail || say("mark-failed"));
    show(slot(row, "edit"), failure.code !== "contact_ended");
    this.#scroller.toEnd();
  }

  gone(clientId) {
    const row = this.#byClient.get(clientId);
    const next = row?.nextElementSibling;
    this.#byClient.delete(clientId);
    row?.remove();
    if (next) this.#adjust(next);
  }

  read(seq) {
    this.#readUpTo = Math.max(this.#readUpTo, seq);
    this.#markLatest();
  }

  // Show pictures beside the names of those who have one, from now on and where they
  // have said something before.
  faces(addresses) {
    this.#faces = { ...this.#faces, ...addresses };
    for (const row of this.#rows.querySelectorAll("[data-key]")) this.#face(row);
  }

  // What the customer writes is probably in this language; "": nothing is known.
  speak(tongue) {
    this.#tongue = tongue;
    for (const row of this.#rows.querySelectorAll("[data-kind='customer']")) this.#markTongue(row);
  }

  #markTongue(row) {
    const bubble = slot(row, "text");
    mark(bubble, bubble.textContent, row.dataset.kind === "customer" ? this.#tongue : "");
  }

  // Show the latest messages, for instance when the conversation is opened.
  toEnd() {
    this.#scroller.toEnd();
  }

  // Return whether the message was news.
  #put(message) {
    if (!this.#sequence.take(message)) return false;
    const own = this.#isOwn(message);
    if (own && message.client_id) this.gone(message.client_id);
    const old = this.#bySeq.get(message.seq);
    const row = this.#row(message, own);
    this.#bySeq.set(message.seq, row);
    if (old) old.replaceWith(row);
    else this.#place(row);
    this.#adjust(row);
    if (row.nextElementSibling) this.#adjust(row.nextElementSibling);
    return true;
  }

  #row(message, own) {
    const row = clone(message.kind === "event" ? "event-row" : "message-row");
    const text = message.kind === "event" ? describe(message) : message.text;
    this.#fill(row, { ...message, text, own });
    if (message.kind !== "event") {
      this.#say(row, text, message.attachments);
      this.#cite(row, message);
    }
    row.dataset.seq = message.seq;
    show(row, !this.#isSilent(message));
    if (message.mail) this.#tellOfMail(row, message);
    return row;
  }

  // What has become of a line that goes out as mail stands below it for good.
  #tellOfMail(row, { seq, mail, mail_error: why }) {
    const hasFailed = mail === "failed";
    this.#mark(row, hasFailed ? "failed" : "sent", hasFailed ? shown(why) : say(`mail-${mail}`));
    row.dataset.mail = mail;
    const button = slot(row, "send-again");
    show(button, hasFailed);
    button.addEventListener("click", () => this.#onSendAgain(seq));
  }

  #say(row, text, attachments) {
    const bubble = slot(row, "text");
    setLinkedText(bubble, text);
    this.#markTongue(row);
    show(bubble, text !== "" || attachments.length === 0);
    this.#chips.fill(row, attachments);
  }

  // The articles that an assistant's answer is taken from.
  #cite(row, { sources }) {
    const items = sources.map(({ title }) => fill(clone("message-source"), { title }));
    slot(row, "sources-list").replaceChildren(...items);
    show(slot(row, "sources"), sources.length > 0);
  }

  #fill(row, { text, sender = null, own, created_at: createdAt }) {
    row.dataset.own = own;
    row.dataset.kind = sender?.kind ?? "";
    row.dataset.day = dayOf(createdAt);
    row.dataset.at = Date.parse(createdAt);
    row.dataset.sender = own ? "own" : JSON.stringify(sender); // alike: kind, name and key
    fill(row, { text, sender: own ? say("own-name") : sender.name, day: dayName(createdAt) });
    if (sender?.kind !== "bot") slot(row, "automated")?.remove();
    if (!own && sender?.key) {
      row.dataset.key = sender.key;
      this.#face(row);
    }
    const time = slot(row, "time");
    time.dateTime = createdAt;
    time.title = fullTime(createdAt);
    setText(time, clockTime(createdAt));
  }

  #face(row) {
    const address = this.#faces[row.dataset.key];
    const image = slot(row, "face");
    if (!address || !image) return;
    if (image.getAttribute("src") !== address) image.src = address;
    show(image);
  }

  // Rows are looked up from the end, where nearly all of them belong.
  #place(row) {
    let before = this.#rows.lastElementChild;
    while (before && !isBefore(before, row)) before = before.previousElementSibling;
    if (before) before.after(row);
    else this.#rows.prepend(row);
  }

  // What a row shows depends on the one above it: the day, the sender's name.
  #adjust(row) {
    const above = row.previousElementSibling;
    const sameDay = above?.dataset.day === row.dataset.day;
    show(slot(row, "day"), !sameDay);
    const together =
      sameDay &&
      above.dataset.sender === row.dataset.sender &&
      row.classList.contains("message") === above.classList.contains("message") &&
      row.dataset.at - above.dataset.at < 300_000;
    row.classList.toggle("message--continued", together);
  }

  // One quiet mark under the latest own message that was stored, and one under
  // the latest that the others have read.
  #markLatest() {
    for (const row of this.#marked) this.#mark(row, "");
    const own = [...this.#rows.querySelectorAll("[data-own='true'][data-seq]")];
    const latest = own.at(-1);
    const read = own.findLast((row) => Number(row.dataset.seq) <= this.#readUpTo);
    if (latest) this.#mark(latest, "sent");
    if (read) this.#mark(read, "read");
    this.#marked = [latest, read].filter(Boolean);
  }

  #mark(row, kind, text = kind && say(`mark-${kind}`)) {
    if (row.dataset.mail) return;
    row.dataset.mark = kind;
    // Only what asks for something is read out, no count-down and no "Read".
    slot(row, "mark").ariaLive = kind === "failed" ? "polite" : "off";
    setText(slot(row, "mark"), text);
  }
}

// Messages stand by their numbers, notes by their time, what is not confirmed last.
function isBefore(above, row) {
  const { seq, note, at } = above.dataset;
  if (seq && row.dataset.seq) return Number(seq) < Number(row.dataset.seq);
  return Boolean(seq || note) && Number(at) <= Number(row.dataset.at);
}
