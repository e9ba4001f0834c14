// One conversation as the agent sees it: the log, the editor, the controls.
import { Composer } from "../../core/composer.js";
import { clone, fill, identify, show, slot, whileBusy } from "../../core/dom.js";
import { FileChips } from "../../core/files.js";
import { Outbox } from "../../core/outbox.js";
import { report, sentence } from "../../core/refusal.js";
import { Transcript } from "../../core/transcript.js";
import { TypingLine, TypingSender } from "../../core/typing.js";
import { say } from "../../core/words.js";
import { Articles } from "./articles.js";
import { drawControls, handOver } from "./controls.js";
import { Heading } from "./heading.js";
import { helpInWords } from "./help.js";
import {
  conferenceState,
  customerName,
  handoverInWords,
  isWatched,
  watchedBy,
} from "./names.js";
import { PrivateNotes } from "./private_notes.js";
import { Responses } from "./responses.js";
import { UnsentDialog } from "./unsent_dialog.js";
import { Watching } from "./watching.js";

const TRANSFER_HELD = "transfer_held"; // a notice of our own

export class Conversation {
  element = clone("desk-conversation");
  heading;
  #contact;
  #me;
  #desk;
  #card = null;
  #transcript;
  #composer;
  #responses;
  #articles;
  #outbox;
  #notes;
  #watching;
  #typing;
  #typingLine;
  #unsent = new Set(); // client ids on their way
  #endsWhenSent = null; // "end", or what else waits for the last words
  #reported = 0;
  #notice = null; // the code of the notice that is shown

  // What each button does; which are shown, the card's controls say.
  #actions = {
    conference: () => this.#desk.requests.conference(this.#card),
    conference_cancel: () => this.#command("conference/cancel"),
    conference_drop: () => this.#command("conference/drop"),
    conference_end: () => this.#askThenEnd("conference/end"),
    conference_exit: () => this.#askThenEnd("conference/exit"),
    transfer: () => this.#transfer(),
    end: () => this.#askThenEnd("end"),
    video: () => this.#startVideo(),
    barge: () => this.#watching.bargeIn(),
    take_over: () => this.#watching.takeOver(),
    watch_end: () => this.#watching.stop(),
  };

  // `desk`: what Centre is given.
  constructor({ contact, me, ...desk }) {
    this.#contact = contact;
    this.#me = me;
    this.#desk = desk;
    this.heading = new Heading({ page: this.element, ...desk });
    identify(this.element, contact);
    this.#buildLog();
    this.#learnTongue();
    this.#buildComposer();
    for (const button of this.element.querySelectorAll("[data-control]:not([data-slot])")) {
      button.addEventListener("click", () => this.#actions[button.dataset.control]());
    }
    slot(this.element, "close").addEventListener("click", desk.onClose);
  }

  put(card) {
    if (card === this.#card) return;
    if (this.#card) this.#transcript.putAll([], card.last_seq);
    this.#card = card;
    this.heading.put(card, { since: card.connected_at, until: card.ended_at });
    const canSend = card.controls.includes("send");
    this.#composer.open(canSend);
    this.#notes.open(canSend);
    this.#responses.put(card);
    this.#articles.put(card);
    this.#watching.put(card);
    const draw = () => drawControls(this.element, card.controls);
    handOver(this.element, draw, () => this.focus());
    this.#drawParties(card);
    const isClosed = !canSend && !isWatched(card);
    this.element.dataset.closed = isClosed;
    report(slot(this.element, "closed"), isClosed ? why(card) : "");
    if (!canSend) this.#typingLine.clear();
  }

  #drawParties(card) {
    this.#desk.video.draw(slot(this.element, "video"), card);
    report(slot(this.element, "conference"), conferenceState(card));
    report(slot(this.element, "handover"), handoverInWords(card));
    const parties = { name: card.conference?.agent.display_name, customer: customerName(card) };
    fill(this.element, {
      "about-drop": say("about-drop", parties),
      "about-end": say("about-end", parties),
    });
    if (card.conference?.state !== "pending" && this.#notice === "conference_trying_next") {
      this.notice("");
    }
    fill(this.element, { note: card.note, "note-title": say("note-from", { name: card.requested_by }) });
    show(slot(this.element, "note-box"), Boolean(card.note));
    report(slot(this.element, "watchers"), watchedBy(card));
    report(slot(this.element, "help"), helpInWords(card));
    show(slot(this.element, "details-buttons"), !card.isLeft);
    show(slot(this.element, "close"), Boolean(card.isLeft));
  }

  // After every welcome: ask for what was missed, send what was kept.
  resume() {
    this.#reported = 0;
    this.#sync(this.#transcript.after);
    this.#outbox.resume();
    this.#notes.load();
    this.#watching.load();
  }

  focus() {
    if (this.#card?.controls.includes("send")) this.#composer.focus();
    else slot(this.element, "heading").focus();
  }

  respond() {
    this.#responses.toggle();
  }

  // There are articles for a queue, or none any more.
  askForArticles(queue) {
    this.#articles.changed(queue);
  }

  // Somebody looks: what is shown counts as read.
  look() {
    const seq = this.#transcript.after;
    if (!this.#card?.unread || seq <= this.#reported) return;
    if (this.#send({ type: "read", seq })) this.#reported = seq;
  }

  stop() {
    this.heading.stop();
    this.#responses.close({ wantsFocus: false });
    this.#typing.stopped();
    this.#typingLine.clear();
  }

  messages(messages, lastSeq) {
    for (const message of messages.filter((each) => this.#isOwn(each))) {
      this.#outbox.settle(message);
    }
    for (const { sender } of messages) this.#typingLine.put({ sender, on: false });
    this.#transcript.putAll(messages, lastSeq);
  }

  note(note) {
    this.#notes.put(note);
  }

  whisper(whisper) {
    this.#watching.heard(whisper);
  }

  switchNote() {
    if (this.#card?.controls.includes("send")) this.#notes.toggle();
  }

  // There is more to come: new lines, then changed ones.
  goOn(next) {
    this.#send({ type: "sync", next });
  }

  lookAgain() {
    this.#sync(this.#transcript.after);
  }

  startOver() {
    this.#reported = 0;
    this.#transcript.startOver();
  }

  typing(frame) {
    if (!this.#isOwn(frame)) this.#typingLine.put(frame);
  }

  read({ reader, seq }) {
    if (reader.kind === "customer") this.#transcript.read(seq);
  }

  check(lastSeq) {
    this.#transcript.check(lastSeq);
  }

  // That a colleague is waited for, the card tells.
  notice(text, code = null) {
    if (code === "conference_waiting") return this.notice("");
    if (code === "attachment_blocked") return; // said above the editor, at the file
    this.#notice = code;
    report(slot(this.element, "notice"), text);
  }

  #buildLog() {
    this.#transcript = new Transcript({
      root: this.element.querySelector("[data-transcript]"),
      isOwn: (message) => this.#isOwn(message),
      onGap: (after) => this.#sync(after),
      onEdit: (clientId) => {
        this.#notes.reply();
        this.#composer.take(this.#outbox.discard(clientId));
      },
      onSendAgain: (seq) => this.#sendAgain(seq),
      chips: new FileChips({ api: this.#desk.api }),
    });
    this.#typingLine = new TypingLine(slot(this.element, "typing"));
    this.#outbox = new Outbox({
      socket: this.#desk.socket,
      contact: this.#contact,
      owner: `agent-${this.#me.id}`,
      onAdd: (entry) => this.#added(entry),
      onSent: (message) => this.messages([message], message.seq - 1),
      onHold: (entry, until) => this.#transcript.held(entry, until),
      onFail: (entry) => this.#failed(entry),
      onGone: (clientId) => this.#gone(clientId),
    });
  }

  // Without it texts are read out all the same, in the language of the page.
  async #learnTongue() {
    const contact = await this.#desk.api.get(`contacts/${this.#contact}/`).catch(() => null);
    if (contact) this.#transcript.speak(contact.spoken_language);
  }

  #buildComposer() {
    const form = this.element.querySelector("[data-composer]");
    form.dataset.closed = say("composer-closed");
    this.#typing = new TypingSender((on) => this.#send({ type: "typing", on }));
    const mine = `agent-${this.#me.id}.${this.#contact}`;
    this.#composer = new Composer({
      form,
      draftKey: `draft.${mine}`,
      onInput: (text) => this.#notes.isOn || this.#typing.typed(!text),
      onSlash: () => this.#responses.open(),
      onSend: (text, attachments) => {
        if (this.#notes.isOn) this.#notes.send(text);
        else this.#say(text, attachments);
      },
      api: this.#desk.api,
      path: `contacts/${this.#contact}/attachments/`,
      dropZone: this.element,
    });
    this.#notes = new PrivateNotes({
      root: this.element,
      contact: this.#contact,
      api: this.#desk.api,
      composer: this.#composer,
      draftKey: `draft.${mine}`,
      noteKey: `private.${mine}`,
      transcript: this.#transcript,
      onProblem: (text) => this.#problem(text),
      onSwitch: () => this.#typing.stopped(),
    });
    this.#buildWatching(mine);
    this.#responses = new Responses({
      root: this.element.querySelector(".talk__composer"),
      api: this.#desk.api,
      contact: this.#contact,
      composer: this.#composer,
    });
    this.#articles = new Articles({
      root: this.element.querySelector(".talk__composer"),
      api: this.#desk.api,
      contact: this.#contact,
      composer: this.#composer,
    });
  }

  #buildWatching(mine) {
    this.#watching = new Watching({
      root: this.element,
      contact: this.#contact,
      api: this.#desk.api,
      draftKey: `whisper.${mine}`,
      transcript: this.#transcript,
      command: (name, body) => this.#desk.command(this.#contact, name, body),
      onProblem: (text) => this.#problem(text),
    });
  }

  #say(text, attachments) {
    this.#typing.stopped();
    this.notice("");
    this.#outbox.add(text, attachments);
  }

  async #sendAgain(seq) {
    this.#problem("");
    try {
      const path = `contacts/${this.#contact}/messages/${seq}/send-again/`;
      this.messages([await this.#desk.api.post(path)], seq - 1);
    } catch (error) {
      this.#problem(sentence(error));
    }
  }

  #added(entry) {
    if (!entry.failure) this.#unsent.add(entry.client_id);
    this.#transcript.pending(entry);
  }

  #failed(entry) {
    this.#unsent.delete(entry.client_id);
    this.#transcript.failed(entry);
    if (this.#endsWhenSent) this.notice(say("end-held"));
    this.#endsWhenSent = null;
    this.#freeTransfer();
  }

  #gone(clientId) {
    this.#unsent.delete(clientId);
    this.#transcript.gone(clientId);
    this.#freeTransfer();
    if (this.#endsWhenSent && this.#unsent.size === 0) this.#end(this.#endsWhenSent);
  }

  #freeTransfer() {
    if (this.#unsent.size === 0 && this.#notice === TRANSFER_HELD) this.notice("");
  }

  // One click ends a chat, unless words that were typed would be lost, or files.
  async #askThenEnd(name) {
    const text = !this.#composer.isEmpty || this.#notes.hasOtherDraft;
    const files = this.#composer.hasFilesPending;
    const isDraft = this.#card.controls.includes("send") && (text || files);
    if (isDraft && !(await new UnsentDialog().ask({ text, files }))) return this.focus();
    return this.#end(name);
  }

  // The last words go out before the door closes.
  async #end(name) {
    const waits = this.#unsent.size > 0 && this.#card.controls.includes("send");
    this.#endsWhenSent = waits ? name : null;
    if (waits) return this.notice(say("end-when-sent"));
    this.notice("");
    await this.#command(name);
  }

  // Nothing can be seen of them once the chat is somebody else's.
  #transfer() {
    if (this.#unsent.size > 0) return this.notice(say("transfer-when-sent"), TRANSFER_HELD);
    this.notice("");
    return this.#desk.requests.transfer(this.#card);
  }

  #startVideo() {
    const button = this.element.querySelector('[data-control="video"]');
    return whileBusy([button], async () => {
      this.#problem("");
      this.notice("");
      this.#problem(await this.#desk.video.start(this.#card));
    });
  }

  #command(name) {
    const button = this.element.querySelector(`[data-control="${name.replace("/", "_")}"]`);
    return whileBusy([button], async () => {
      this.#problem("");
      try {
        await this.#desk.command(this.#contact, name);
      } catch (error) {
        this.#problem(sentence(error));
      }
    });
  }

  #problem(text) {
    report(slot(this.element, "problem-line"), text);
  }

  #sync(after) {
    this.#send({ type: "sync", after });
  }

  #send(frame) {
    return this.#desk.socket.send({ contact: this.#contact, ...frame });
  }

  #isOwn({ sender }) {
    return sender.key === this.#me.key;
  }
}

function why({ channel, customer_present: isPresent, isLeft, controls }) {
  if (isLeft) return say("closed-left");
  if (controls.includes("conference_end")) return say("closed-conference");
  if (channel !== "chat") return say("closed-channel");
  return say(isPresent ? "closed-ended" : "closed-customer");
}
