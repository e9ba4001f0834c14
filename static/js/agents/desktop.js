// The Agent Desktop: one socket, one state, and the parts that draw it.
import { Api } from "../core/api.js";
import { slot } from "../core/dom.js";
import { Socket } from "../core/socket.js";
import { say } from "../core/words.js";
import { Centre } from "../contacts/desk/centre.js";
import { Details } from "../contacts/desk/details.js";
import { Doubts } from "../contacts/desk/doubts.js";
import { ContactList } from "../contacts/desk/list.js";
import { farewell } from "../contacts/desk/names.js";
import { Offers } from "../contacts/desk/offers.js";
import { RecentChats } from "../contacts/desk/recent.js";
import { Requests } from "../contacts/desk/requests.js";
import { DeskState } from "../contacts/desk/state.js";
import * as traces from "../contacts/desk/traces.js";
import { DeskVideo } from "../contacts/desk/video.js";
import { TranscriptDialog } from "../contacts/desk/transcript_dialog.js";
import { Announcer } from "./announcer.js";
import { Bar } from "./bar.js";
import { Push } from "./push.js";
import { Shortcuts } from "./shortcuts.js";
import { tab } from "../video/tab.js";
import { Whose } from "./whose.js";

const SIGNED_OUT = 4401;
const WRONG_ORIGIN = 4403;
const PAUSE = 500; // milliseconds

export class Desk {
  #root;
  #api;
  #socket;
  #whose;
  #state;
  #bar;
  #list;
  #centre;
  #details;
  #recent;
  #announcer;
  #push;
  #doubts;
  #offers;
  #requests;
  #video;
  #isHere = false; // the first welcome has come
  #leaving = false;

  constructor(root) {
    this.#root = root;
    const { person, personName } = root.dataset;
    this.#whose = new Whose({ id: person, name: personName, onBack: () => this.#goOn() });
    this.#api = new Api({ person, onStranger: () => this.#doubtWhose() });
    this.#socket = new Socket({
      path: `/ws/desk/?person=${person}&tab=${tab}`,
      onFrame: (frame) => this.#receive(frame),
      onStatus: (status, code) => this.#status(status, code),
    });
    this.#state = new DeskState({
      talkAbout: (contact) => this.#centre.conversation(contact),
      onChange: () => this.#render(),
      onWelcome: (contacts) => this.#resume(contacts),
      onRemoved: (card, reason) => this.#removed(card, reason),
      onDoubt: () => this.#doubts.settle(),
    });
    this.#doubts = new Doubts({ state: this.#state, api: this.#api });
    this.#offers = new Offers({
      state: this.#state,
      doubts: this.#doubts,
      command: (contact, name) => this.#command(contact, name),
      onAccepted: (contact) => this.#open(contact),
      onSay: (text) => this.#list.notice(text),
    });
    this.#buildAround();
    this.#buildPanes();
  }

  start() {
    const look = () => this.#render();
    document.addEventListener("visibilitychange", look);
    window.addEventListener("focus", look);
    window.addEventListener("resize", look);
    this.#state.select(window.location.hash.slice(1) || null);
    // Another page of ours leads here, where the desk is open already.
    window.addEventListener("hashchange", () => this.#open(window.location.hash.slice(1)));
    this.#socket.start();
    this.#push.start();
  }

  #buildAround() {
    this.#bar = new Bar({
      root: this.#root,
      api: this.#api,
      command: (run) => this.#state.commandMe(run),
      onAvailable: () => this.#announcer.askOnce(),
      onSound: () => this.#announcer.toggleSound(),
      onPush: () => this.#push.toggle(),
      onSignOut: () => this.#signOut(),
    });
    this.#announcer = new Announcer({
      onOpen: (contact) => this.#summoned(contact),
      onSound: (state) => this.#bar.sound(state),
    });
    const { person, pushKey } = this.#root.dataset;
    this.#push = new Push({
      api: this.#api,
      person,
      publicKey: pushKey,
      onChange: (isOn) => this.#bar.push(isOn),
      onOpen: (contact) => this.#summoned(contact),
    });
    new Shortcuts({
      root: this.#root,
      onCard: (n) => this.#open(this.#list.nth(n)),
      onAccept: () => this.#offers.acceptOldest(),
      onNote: () => this.#centre.conversation(this.#state.selected?.contact)?.switchNote(),
      onRespond: () => this.#centre.conversation(this.#state.selected?.contact)?.respond(),
    });
  }

  #buildPanes() {
    const dialog = new TranscriptDialog({ api: this.#api });
    const onRead = (what) => dialog.open({ me: this.#state.me, ...what });
    this.#list = new ContactList({
      root: slot(this.#root, "list"),
      onOpen: (contact) => this.#open(contact),
      actions: {
        accept: (contact) => this.#offers.accept(contact),
        decline: (contact) => this.#offers.decline(contact),
      },
      unreadOf: (card) => this.#unreadOf(card),
    });
    this.#recent = new RecentChats({ root: slot(this.#root, "recent"), api: this.#api, onRead });
    this.#details = new Details({
      root: slot(this.#root, "details"),
      api: this.#api,
      onRead,
      onChange: (name) => this.#pane(name ? "details" : "centre"),
    });
    this.#requests = new Requests({
      api: this.#api,
      me: () => this.#state.me,
      command: (...what) => this.#command(...what),
      onDone: (contact) => this.#centre.focus(contact),
    });
    this.#video = new DeskVideo({
      api: this.#api,
      socket: this.#socket,
      command: (...what) => this.#command(...what),
    });
    this.#centre = new Centre({
      root: slot(this.#root, "centre"),
      desk: {
        socket: this.#socket,
        api: this.#api,
        requests: this.#requests,
        offers: this.#offers,
        video: this.#video,
        command: (...what) => this.#command(...what),
        onDone: (contact) => this.#state.remove(contact, "completed"),
        onRefused: (error) => this.#doubts.refused(error),
        onBack: () => this.#back(),
        onClose: () => this.#close(),
        onForbidden: (contact) => this.#forbid(contact),
        onSay: (text) => this.#list.tell(text),
        onDetails: (name) => this.#details.toggle(name),
      },
    });
  }

  #render() {
    this.#bar.render(this.#state);
    this.#centre.render(this.#state, {
      openDetails: this.#details.open,
      elsewhere: (card) => this.#waitingBeside(card),
    });
    this.#requests.render(this.#state);
    this.#video.render(this.#state);
    this.#details.render(this.#state);
    this.#list.render(this.#state);
    const unread = this.#state.cards.reduce((sum, card) => sum + this.#unreadOf(card), 0);
    this.#announcer.render(this.#state, unread);
    this.#centre.look();
  }

  #unreadOf({ contact, unread }) {
    return this.#centre.isLookedAt(contact) ? 0 : unread;
  }

  // Offers and unread messages of the other cards.
  #waitingBeside(card) {
    const others = this.#state.cards.filter((other) => other !== card);
    return others.reduce((sum, { state, unread }) => sum + (state === "offered" ? 1 : unread), 0);
  }

  // --- which card is open ------------------------------------------------------
  #open(contact) {
    if (!contact) return;
    this.#list.notice("");
    this.#select(contact);
    this.#pane("centre");
    this.#centre.focus(contact);
  }

  // The choice is part of the address: a reload comes back to it.
  #select(contact) {
    const address = window.location.pathname + (contact ? `#${contact}` : "");
    window.history.replaceState(null, "", address);
    this.#state.select(contact);
  }

  // A conversation that has only been left open to read.
  #close() {
    this.#select(null);
    this.#pane("list");
    this.#list.focus();
  }

  // Given away: nothing of it is to be read any more.
  #forbid(contact) {
    const isOpen = this.#state.selected?.contact === contact;
    if (isOpen && this.#root.dataset.pane === "details") this.#pane("centre");
    else this.#render();
  }

  // A click on a notification.
  #summoned(contact) {
    window.focus();
    this.#open(contact);
  }

  #back() {
    const card = this.#state.selected;
    if (card?.isLeft) return this.#close(); // The list has no way back to it.
    this.#pane("list");
    const row = card && this.#root.querySelector(`[data-contact="${card.contact}"]`);
    if (row) row.focus();
    else this.#list.focus();
  }

  // Narrow windows show one pane at a time.
  #pane(name) {
    this.#root.dataset.pane = name;
    this.#render();
  }

  async #command(contact, name, body) {
    const path = `contacts/${contact}/${name}/`;
    try {
      await this.#state.command(contact, () => this.#api.post(path, body));
    } catch (error) {
      this.#doubts.refused(error);
      throw error;
    }
  }

  // --- what the server says -----------------------------------------------------
  #receive(frame) {
    if (frame.type === "signal") this.#video.signal(frame);
    else if (frame.type === "articles") this.#centre.articles(frame.queue);
    else this.#state.apply(frame);
  }

  #resume(contacts) {
    this.#video.hello();
    if (!this.#isHere && this.#state.selected) this.#arrive();
    this.#isHere = true;
    for (const contact of contacts) this.#centre.conversation(contact)?.resume();
  }

  // Whoever reloads while typing types on.
  #arrive() {
    this.#pane("centre");
    const isFree = document.activeElement === document.body;
    if (isFree) this.#centre.focus(this.#state.selected.contact);
  }

  #removed(card, reason) {
    const isOpen = window.location.hash.slice(1) === card.contact;
    if (reason) this.#list.tell(farewell(card, reason));
    if (reason === "completed") {
      traces.forget(this.#state.me, card.contact);
      this.#recent.refresh();
    }
    if (!isOpen || this.#state.selected) return;
    this.#select(null);
    this.#pane("list");
    if (document.activeElement === document.body) this.#list.focus();
  }

  #status(status, code) {
    this.#bar.connection(status);
    if (this.#leaving || status !== "closed") return;
    if (code === SIGNED_OUT) this.#doubtWhose();
    if (code === WRONG_ORIGIN) this.#bar.problem(say("refused-origin"));
  }

  // --- who is signed in ----------------------------------------------------------
  #doubtWhose() {
    if (!this.#leaving) this.#whose.ask();
  }

  // The socket has ended with the session; where the person has a new one, it may
  // begin again. Not at once: whatever closed it may do so again.
  #goOn() {
    setTimeout(() => this.#whose.isHere && this.#socket.start(), PAUSE);
  }

  // --- the way out ---------------------------------------------------------------
  async #signOut() {
    this.#leaving = true;
    try {
      await this.#api.post("me/sign-out/");
    } catch (error) {
      this.#leaving = false;
      throw error;
    }
    traces.forgetAll(this.#state.me);
    this.#socket.stop();
    window.location.assign("/");
  }
}
