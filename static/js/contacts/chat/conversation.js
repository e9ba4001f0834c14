// One conversation as its customer sees it: the socket, the log, the editor.
import { Api } from "../../core/api.js";
import { Composer } from "../../core/composer.js";
import { setText, show, slot, whileBusy } from "../../core/dom.js";
import { FileChips } from "../../core/files.js";
import { Outbox } from "../../core/outbox.js";
import { Socket } from "../../core/socket.js";
import { setServerNow } from "../../core/time.js";
import { Transcript } from "../../core/transcript.js";
import { TypingLine, TypingSender } from "../../core/typing.js";
import { notice } from "../../core/events.js";
import { say } from "../../core/words.js";
import { tab } from "../../video/tab.js";
import { Attention } from "./attention.js";
import { Choices } from "./choices.js";
import { Silence } from "./silence.js";
import { ChatVideo } from "./video.js";
import { Waiting } from "./waiting.js";

const GONE = new Set([4401, 4404]);
const WRONG_ORIGIN = 4403;
const OVER = 4409;
// After these somebody's leaving says that the chat is over.
const LEFT = new Set(["agent_ended", "customer_left", "abandoned", "transfer_no_answer"]);
const isSilent = ({ event }) => event?.code === "contact_ended" && LEFT.has(event.reason);
const isOwn = ({ sender }) => sender.kind === "customer"; // a chat has one alone

export class Conversation {
  #view;
  #id;
  #token;
  #api;
  #socket;
  #outbox;
  #transcript;
  #composer;
  #typing;
  #typingLine;
  #waiting;
  #choices;
  #attention;
  #silence;
  #video;
  #onState;
  #onLost;
  #reported = 0;
  #told = null; // the contact as it was told last
  #hasEnded = false;

  #frames = {
    welcome: (frame) => this.#welcome(frame),
    contact: ({ contact }) => this.put(contact),
    message: ({ message }) => this.#messages([message], message.seq - 1),
    messages: (frame) => this.#caughtUp(frame, frame.last_seq),
    typing: (frame) => !isOwn(frame) && this.#typingLine.put(frame),
    read: ({ reader, seq }) => reader.kind !== "customer" && this.#transcript.read(seq),
    // That a file is stopped, it says itself above the editor.
    signal: (frame) => this.#video.signal(frame),
    notice: (frame) => frame.code !== "attachment_blocked" && this.#notice(notice(frame)),
    pong: (frame) => this.#pong(frame),
  };

  // `view` is the element of contacts/_conversation.html, fresh for each
  // conversation. `onState(contact)` hears every change, `onLost()` that the
  // conversation cannot be opened any more.
  constructor({ view, visit: { contact, token }, onState, onLost }) {
    this.#view = view;
    this.#id = contact;
    this.#token = token;
    this.#api = new Api({ token });
    this.#onState = onState;
    this.#onLost = onLost;
    this.#build();
  }

  start() {
    this.#socket.start();
  }

  stop() {
    this.#socket.stop();
    this.#attention.stop();
    this.#silence.stop();
    this.#video.stop();
  }

  // Something was typed, or added, and not sent.
  get hasUnsent() {
    return !this.#hasEnded && (!this.#composer.isEmpty || this.#composer.hasFilesPending);
  }

  // The customer leaves, also while the socket is down.
  async end() {
    this.#problem("");
    try {
      await this.#api.post(`${this.#path}leave/`);
      await this.#ask();
    } catch (error) {
      this.#problem(error.detail || say("end-failed"));
    }
  }

  // The state of the contact as the server tells it. Frames may overtake each other:
  // one that was made before what is shown here is dropped.
  put(contact) {
    if (contact.version < this.#told?.version) return;
    this.#told = contact;
    this.#hasEnded = contact.state === "ended";
    this.#waiting.put(contact);
    this.#transcript.faces(contact.pictures);
    this.#drawAssistant(contact.state === "bot");
    this.#composer.open(contact.can_send && !this.#hasEnded);
    show(this.#view.querySelector("[data-composer]"), !this.#hasEnded);
    this.#composer.offerFiles(contact.can_attach);
    if (this.#hasEnded) this.#finish(contact.last_seq);
    else this.#transcript.check(contact.last_seq);
    this.#video.put(contact);
    this.#silence.put(contact);
    this.#onState(contact);
  }

  focus() {
    this.#composer.focus();
  }

  // What was typed and not said.
  get draft() {
    return this.#composer.text;
  }

  carry(draft) {
    if (draft) this.#composer.prepend(draft);
  }

  // Nothing of it is to stay in this browser.
  forget() {
    this.#outbox.clear();
    this.#composer.forget();
    this.#attention.forget();
  }

  #build() {
    this.#socket = new Socket({
      path: `/ws/chat/${this.#id}/`,
      hello: () => ({ type: "hello", token: this.#token, tab, after: this.#transcript.after }),
      onFrame: (frame) => this.#frames[frame.type]?.(frame),
      onStatus: (status, code) => this.#status(status, code),
    });
    this.#buildLog();
    this.#buildComposer();
    this.#waiting = new Waiting(slot(this.#view, "waiting"));
    this.#silence = new Silence({
      banner: slot(this.#view, "silence"),
      onStay: (text) => this.#say(text),
      onLeave: () => this.focus(),
    });
    this.#buildAssistant();
    this.#buildVideo();
    this.#attention = new Attention({ contact: this.#id, onLook: () => this.#read() });
  }

  #buildLog() {
    this.#transcript = new Transcript({
      root: this.#view.querySelector("[data-transcript]"),
      isOwn,
      isSilent,
      onGap: (after) => this.#send({ type: "sync", after }),
      onEdit: (clientId) => this.#composer.take(this.#outbox.discard(clientId)),
      chips: new FileChips({ api: this.#api, base: "chat/" }),
    });
    this.#typingLine = new TypingLine(slot(this.#view, "typing"));
    this.#outbox = new Outbox({
      socket: this.#socket,
      contact: this.#id,
      owner: "customer",
      onAdd: (entry) => this.#transcript.pending(entry),
      onSent: (message) => this.#messages([message], message.seq - 1),
      onHold: (entry, until) => this.#transcript.held(entry, until),
      onFail: (entry) => this.#transcript.failed(entry),
      onGone: (clientId) => this.#transcript.gone(clientId),
    });
  }

  #buildComposer() {
    this.#typing = new TypingSender((on) => this.#send({ type: "typing", on }));
    this.#composer = new Composer({
      form: this.#view.querySelector("[data-composer]"),
      draftKey: `draft.customer.${this.#id}`,
      onInput: (text) => this.#typing.typed(!text),
      onSend: (text, attachments) => {
        this.#typing.stopped();
        this.#say(text, attachments);
      },
      api: this.#api,
      path: `${this.#path}attachments/`,
      dropZone: this.#view,
    });
  }

  #buildAssistant() {
    this.#choices = new Choices(slot(this.#view, "choices"), (text) => {
      this.#say(text);
      this.focus();
    });
    const button = slot(this.#view, "escalate");
    button.addEventListener("click", () => whileBusy([button], () => this.#escalate()));
  }

  #buildVideo() {
    this.#video = new ChatVideo({
      place: slot(this.#view, "ring"),
      contact: this.#id,
      api: this.#api,
      socket: this.#socket,
      onState: (contact) => this.put(contact),
      onProblem: (text) => this.#problem(text),
      onFree: () => this.focus(),
    });
  }

  #drawAssistant(isThere) {
    const banner = slot(this.#view, "assistant");
    const hadFocus = banner.contains(document.activeElement);
    show(banner, isThere);
    this.#choices.open(isThere);
    if (hadFocus && !isThere) this.focus();
  }

  #say(text, attachments) {
    this.#notice("");
    this.#choices.clear();
    this.#outbox.add(text, attachments);
  }

  // The customer asks for a person.
  async #escalate() {
    this.#problem("");
    try {
      this.put(await this.#api.post(`${this.#path}escalate/`));
    } catch (error) {
      this.#problem(error.detail || say("escalate-failed"));
    }
  }

  get #path() {
    return `chat/contacts/${this.#id}/`;
  }

  #send(frame) {
    this.#socket.send({ contact: this.#id, ...frame });
  }

  #welcome(frame) {
    setServerNow(frame.now);
    this.#caughtUp(frame, frame.contact.last_seq);
    this.#told = null;
    this.put(frame.contact);
    this.#video.hello();
    this.#outbox.resume();
  }

  // The socket closes soon, so the rest of the log comes over REST. Only then is
  // it known which of our messages were stored and which were not.
  async #finish(lastSeq) {
    this.#typingLine.clear();
    try {
      await this.#fetchUpTo(lastSeq);
    } catch {
      return; // A reload asks again.
    }
    this.#outbox.close({ code: "contact_ended", detail: say("not-sent-ended") });
  }

  async #fetchUpTo(lastSeq) {
    let before = -1;
    while (before < this.#transcript.after && this.#transcript.after < lastSeq) {
      before = this.#transcript.after;
      const path = `${this.#path}messages/?after=${before}`;
      this.#messages(await this.#api.get(path), before);
    }
  }

  // Where there is more to come, `next` says from where on: new lines, then changed ones.
  #caughtUp({ messages, next, reset }, lastSeq) {
    if (reset) {
      this.#reported = 0;
      this.#transcript.startOver();
      this.#choices.startOver();
    }
    this.#messages(messages, next ? 0 : lastSeq);
    if (next) this.#send({ type: "sync", next });
  }

  #messages(messages, lastSeq) {
    const before = this.#transcript.after;
    for (const message of messages.filter(isOwn)) this.#outbox.settle(message);
    for (const { sender } of messages) this.#typingLine.put({ sender, on: false });
    this.#transcript.putAll(messages, lastSeq);
    this.#choices.put(messages);
    this.#silence.heard(messages);
    const news = messages.filter((message) => message.seq > before && !isOwn(message));
    this.#attention.arrived(news);
  }

  #pong({ now, last_seq: lastSeq, versions }) {
    setServerNow(now);
    const seq = lastSeq[this.#id] ?? 0;
    this.#transcript.check(seq);
    // Changes beside the lines: some frame of the state was lost.
    const changes = this.#told.version - this.#told.last_seq;
    if (versions[this.#id] - seq > changes) {
      this.#ask().catch(() => {});
      this.#send({ type: "sync", after: this.#transcript.after }); // lines may have changed
    }
  }

  async #ask() {
    this.put(await this.#api.get(this.#path));
  }

  #read() {
    if (this.#transcript.after <= this.#reported) return;
    const seq = this.#transcript.after;
    if (this.#socket.send({ type: "read", contact: this.#id, seq })) this.#reported = seq;
  }

  #notice(text) {
    this.#tell("notice", text);
  }

  #problem(text) {
    this.#tell("problem-line", text);
  }

  #tell(name, text) {
    const place = slot(this.#view, name);
    setText(place, text);
    show(place, text !== "");
  }

  #status(status, code) {
    const line = slot(this.#view, "connection");
    show(line, status === "reconnecting");
    if (code === OVER && !this.#hasEnded) this.#look();
    if (GONE.has(code)) this.#onLost();
    if (code === WRONG_ORIGIN) this.#problem(say("refused"));
  }

  // Over, says the close; the frame that said so before may have been lost.
  async #look() {
    try {
      await this.#ask();
    } catch {
      this.#composer.open(false);
      this.#problem(say("over"));
    }
  }
}
