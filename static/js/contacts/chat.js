// The customer's page: the form, the conversation, its end, and again.
import { Api } from "../core/api.js";
import { backoff } from "../core/backoff.js";
import { ask, clone, focusFirst, focusOn, setText, show, slot } from "../core/dom.js";
import { say } from "../core/words.js";
import { takeCode, whereFrom } from "./chat/arrival.js";
import { Closed } from "./chat/closed.js";
import { Conversation } from "./chat/conversation.js";
import { Ending } from "./chat/ending.js";
import { host } from "./chat/host.js";
import { Knock } from "./chat/knock.js";
import { LeaveMessage } from "./chat/leave_message.js";
import { LongWait } from "./chat/long_wait.js";
import { Prechat } from "./chat/prechat.js";
import { Visit } from "./chat/visit.js";

const SHUT = new Set(["closed", "queue_full"]); // refusals

class ChatPage {
  #root;
  #entryPoint;
  #visit;
  #prechat;
  #knock;
  #closed;
  #ending;
  #conversation = null;
  #longWait = null;
  #wasLive = false;
  #attempt = 0;
  #kept = {}; // { customer, draft } of the chat before
  #api = new Api();

  constructor(root) {
    this.#root = root;
    this.#entryPoint = root.dataset.entryPoint;
    this.#visit = new Visit(this.#entryPoint);
    this.#visit.onBegunElsewhere(() => this.#open());
    this.#prechat = new Prechat({
      form: slot(root, "prechat"),
      onStart: (customer, consent) => this.#start(customer, consent),
    });
    this.#knock = new Knock({
      entryPoint: this.#entryPoint,
      visit: this.#visit,
      prechat: this.#prechat,
      working: slot(root, "working"),
      worker: root.dataset.worker,
    });
    this.#ending = new Ending({
      panel: slot(root, "ending"),
      visit: this.#visit,
      onStartAgain: () => this.#startAgain(),
    });
    this.#closed = new Closed({
      view: root.querySelector("[data-view=closed]"),
      onAsk: () => this.#arrive(),
    });
    slot(root, "end").addEventListener("click", () => this.#end());
    this.#standIn(slot(root, "close"));
  }

  load() {
    const code = takeCode();
    if (code) return this.#resume(code);
    if (this.#visit.current) return this.#open();
    host.live(false);
    return this.#arrive();
  }

  // In the widget of a site, whose panel this page can close.
  #standIn(close) {
    close.addEventListener("click", () => host.close());
    host.on("hello", () => show(close));
    host.on("open", () => host.mayFocus && this.#focus());
    host.on("customer", () => this.#prechat.know(host.customer));
  }

  // A mailed link leads back to its chat, once.
  async #resume(code) {
    try {
      this.#visit.begin(await this.#api.post("chat/resume/", { code }));
      return this.#open();
    } catch (error) {
      if (this.#visit.current) return this.#open();
      await this.#arrive();
      const place = slot(this.#root, "resume-problem");
      setText(place, error.code === "not_found" ? say("resume-over") : error.detail || say("unreachable"));
      return show(place);
    }
  }

  // Ask what is to be filled in, and whether anybody is there at all.
  async #arrive() {
    try {
      const entryPoint = await this.#about();
      if (this.#conversation) return;
      this.#attempt = 0;
      this.#receive(entryPoint);
    } catch (error) {
      this.#unreachable(error);
    }
  }

  #about() {
    return this.#api.get(`chat/entry-points/${this.#entryPoint}/`);
  }

  #receive(entryPoint) {
    if (!entryPoint.open) {
      this.#closed.put(entryPoint);
      this.#offerMessage(entryPoint.offline_messages);
      return this.#see("closed");
    }
    this.#closed.leave();
    const { greeting, prechat_fields: fields, ...about } = entryPoint;
    setText(slot(this.#root, "greeting"), greeting);
    show(slot(this.#root, "greeting"), greeting !== "");
    this.#prechat.render(fields, about.consent_text);
    this.#prechat.fill(this.#kept.customer ?? {});
    this.#prechat.know(host.customer);
    this.#link(about.privacy_url);
    this.#see("prechat");
  }

  #link(privacy) {
    show(slot(this.#root, "privacy"), privacy !== "");
    if (/^https?:/i.test(privacy)) slot(this.#root, "privacy-link").href = privacy;
  }

  // What is typed there stays, however often it is asked whether the chat is open.
  #offerMessage(isTaken) {
    const place = slot(this.#root, "message-place");
    if (!isTaken) return place.replaceChildren();
    if (place.childElementCount) return;
    const { customer: known } = this.#kept;
    new LeaveMessage({ place, entryPoint: this.#entryPoint, page: whereFrom, known });
  }

  #unreachable(error) {
    this.#closed.say(error.detail || say("unreachable"));
    this.#see("closed");
    if (error.code !== "network" && error.status < 500) return;
    setTimeout(() => this.#arrive(), backoff(this.#attempt));
    this.#attempt += 1;
  }

  async #start(customer, consent) {
    const begun = await this.#knock.ask(customer, consent).catch((error) => this.#shut(error, customer));
    if (begun === null) return;
    this.#visit.begin(begun, customer);
    this.#open();
    this.#conversation.put(begun.contact);
    this.#conversation.carry(this.#kept.draft);
    this.#kept = {};
    this.#focus();
  }

  // It closed, or filled up, while the form was open: the closed page stands in its
  // place, with what was typed. What concerns a chosen queue alone, the form tells.
  async #shut(error, customer) {
    if (!SHUT.has(error.code)) throw error;
    const entryPoint = await this.#about().catch(() => null);
    if (entryPoint === null || entryPoint.open) throw error;
    this.#kept = { ...this.#kept, customer };
    this.#receive(entryPoint);
    if (host.mayFocus) focusOn(slot(this.#root, "closed-text"));
    return null;
  }

  #open() {
    this.#leave();
    this.#closed.leave();
    const view = clone("conversation");
    slot(this.#root, "conversation").replaceChildren(view);
    this.#conversation = new Conversation({
      view,
      visit: this.#visit.current,
      onState: (contact) => this.#became(contact),
      onLost: () => this.#lost(),
    });
    show(slot(this.#root, "resume-problem"), false);
    this.#watchWait(slot(view, "leave-message"));
    this.#see("conversation");
    this.#conversation.start();
  }

  #watchWait(button) {
    slot(this.#root, "message-place").replaceChildren();
    this.#longWait = new LongWait({
      button,
      dialog: slot(this.#root, "message-dialog"),
      entryPoint: this.#entryPoint,
      since: this.#visit.current.since ?? Date.now(),
      page: whereFrom,
      known: this.#visit.current.customer,
      onLeft: () => this.#conversation?.end(),
    });
  }

  #became(contact) {
    const hasEnded = contact.state === "ended";
    this.#longWait.put(contact);
    show(slot(this.#root, "end"), !hasEnded);
    show(slot(this.#root, "sound"), !hasEnded);
    this.#introduce(contact.agents, Object.values(contact.pictures));
    if (hasEnded) {
      slot(this.#root, "end-dialog").close();
      this.#ending.open({
        wantsFocus: this.#wasLive,
        isMailed: contact.transcript_by_mail,
      });
    }
    this.#wasLive = !hasEnded;
    host.live(!hasEnded);
  }

  #introduce(agents, pictures = []) {
    const faces = pictures.map((address) => Object.assign(clone("face"), { src: address }));
    slot(this.#root, "faces").replaceChildren(...faces);
    const names = new Intl.ListFormat(document.documentElement.lang).format(agents);
    setText(slot(this.#root, "agents"), names && say("with", { names }));
  }

  async #end() {
    show(slot(this.#root, "end-unsent"), this.#conversation.hasUnsent);
    if ((await ask(slot(this.#root, "end-dialog"))) !== "end") return;
    await this.#conversation.end();
  }

  // What is known fills the next form, and what was not said its first message.
  #startAgain() {
    this.#kept = {
      customer: this.#visit.current?.customer,
      draft: this.#conversation?.draft,
    };
    this.#conversation?.forget();
    this.#visit.forget();
    host.live(false);
    this.#leave();
    this.#see("loading");
    this.#arrive();
  }

  // The token has run out, or the conversation is gone.
  #lost() {
    this.#startAgain();
  }

  #leave() {
    this.#conversation?.stop();
    this.#conversation = null;
    this.#longWait?.stop();
    this.#wasLive = false;
    this.#ending.close();
    this.#introduce([]);
    show(slot(this.#root, "end"), false);
    show(slot(this.#root, "sound"), false);
  }

  #see(name) {
    for (const view of this.#root.querySelectorAll("[data-view]")) {
      show(view, view.dataset.view === name);
    }
    if (name === "prechat") this.#focus();
  }

  // Where the customer goes on; not while the site has the focus.
  #focus() {
    if (!host.mayFocus) return;
    if (!this.#conversation) focusFirst(this.#root.querySelector("[data-view]:not([hidden])"));
    else if (slot(this.#root, "ending").hidden) this.#conversation.focus();
    else focusOn(slot(slot(this.#root, "ending"), "heading"));
  }
}

new ChatPage(document.querySelector("[data-chat]")).load();
