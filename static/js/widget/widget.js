// The widget: a launcher and a panel in a shadow root beside the site's body.
import { areaFor } from "./area.js";
import { Customer } from "./customer.js";
import { cut, element } from "./dom.js";
import { Events } from "./events.js";
import { Frame } from "./frame.js";
import { Invitation } from "./invitation.js";
import { Launcher } from "./launcher.js";
import { Memory } from "./memory.js";
import { Panel } from "./panel.js";
import { Proactive } from "./proactive.js";
import { speaker } from "./words.js";

const LONGEST_ADDRESS = 2_000; // characters that the server keeps
const LONGEST_TITLE = 300;

export class Widget {
  #events = new Events();
  #customer = new Customer();
  #memory;
  #launcher;
  #panel;
  #frame;
  #invitation;
  #proactive;
  #host = element("parley-widget");
  #root;
  #isOpen = false;
  #wantsFocus = false;
  #cameFrom = null; // the element to give the focus back to
  #unread = 0;

  #words = {
    ready: () => this.#ready(),
    page: () => this.#frame.tell("page", pageOfVisitor()),
    live: ({ isLive }) => this.#live(isLive === true),
    unread: ({ count }) => this.#count(count),
    close: () => this.close(),
  };

  constructor(settings) {
    this.#memory = new Memory(settings.key);
    const words = speaker(settings.language);
    const label = settings.label || words.say("chat");
    this.#host.lang = words.language;
    this.#launcher = new Launcher({
      ...settings,
      label,
      onClick: () => this.toggle(),
      sentence: (count) => words.count("unread", count),
    });
    this.#panel = new Panel({ ...settings, label, say: words.say, onClose: () => this.close() });
    this.#frame = new Frame({
      ...settings,
      label,
      onWord: (word, values) => Object.hasOwn(this.#words, word) && this.#words[word](values),
      onFailure: () => this.#panel.failed(),
    });
    this.#invitation = new Invitation({
      onAccept: () => this.open(),
      onDismiss: () => this.#launcher.focus(),
    });
    this.#proactive = new Proactive({
      ...settings,
      isBusy: () => this.#isOpen || this.#memory.isLive,
      onInvite: (text, words) => this.#invitation.show(text, words),
    });
    this.#draw(settings);
  }

  // Beside the body, which sites exchange when they go from page to page.
  mount() {
    const watcher = new MutationObserver(() => this.#stay());
    this.#stay();
    watcher.observe(document.documentElement, { childList: true });
    if (this.#memory.isOpen) this.open({ focus: false });
    else if (this.#memory.isLive) this.#resume();
    this.#memory.onBegunElsewhere(() => this.#resume());
    this.#proactive.start();
  }

  open({ focus = true } = {}) {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#cameFrom = document.activeElement;
    this.#wantsFocus = focus;
    this.#memory.isOpen = true;
    this.#resume();
    this.#panel.open();
    this.#launcher.open(true);
    if (focus) this.#frame.focus();
    this.#frame.tell("open", { focus });
    this.#events.tell("open");
  }

  close() {
    if (!this.#isOpen) return;
    const hadFocus = this.#root.activeElement !== null;
    this.#isOpen = false;
    this.#memory.isOpen = false;
    this.#panel.close();
    this.#launcher.open(false);
    this.#frame.tell("close");
    if (hadFocus) this.#giveFocusBack();
    this.#events.tell("close");
  }

  toggle() {
    if (this.#isOpen) this.close();
    else this.open();
  }

  identify(details) {
    this.#customer.identify(details);
    this.#frame.tell("customer", this.#customer.told);
  }

  setAttributes(attributes) {
    this.#customer.setAttributes(attributes);
    this.#frame.tell("customer", this.#customer.told);
  }

  on(name, listener) {
    this.#events.on(name, listener);
  }

  off(name, listener) {
    this.#events.off(name, listener);
  }

  // The chat page knows by itself which chat is under way.
  #resume() {
    this.#uninvite();
    this.#frame.load(this.#panel.element);
  }

  #live(isLive) {
    this.#memory.isLive = isLive;
    if (isLive) this.#uninvite();
  }

  #uninvite() {
    this.#invitation.hide();
    this.#proactive.done();
  }

  #draw(settings) {
    this.#root = this.#host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    this.#root.adoptedStyleSheets = [sheet];
    const area = areaFor(settings);
    this.#launcher.element.prepend(this.#invitation.element);
    area.append(this.#launcher.element, this.#panel.element);
    area.addEventListener("keydown", (event) => this.#key(event));
    this.#root.append(area);
  }

  #stay() {
    if (this.#host.parentNode !== document.documentElement) {
      this.#panel.close();
      document.documentElement.append(this.#host);
      if (this.#isOpen) this.#panel.open();
    }
  }

  #key(event) {
    if (event.key !== "Escape" || event.isComposing || !this.#isOpen) return;
    event.stopPropagation(); // it is not about a dialog of the site
    this.close();
  }

  #ready() {
    this.#panel.ready();
    this.#frame.tell("customer", this.#customer.told);
    if (this.#isOpen) this.#frame.tell("open", { focus: this.#wantsFocus });
    this.#wantsFocus = false;
  }

  #count(count) {
    if (!Number.isSafeInteger(count) || count < 0 || count === this.#unread) return;
    this.#unread = count;
    this.#launcher.unread(count);
    this.#events.tell("unread", { count });
  }

  #giveFocusBack() {
    const before = this.#cameFrom;
    if (before?.isConnected && before !== document.body && before !== this.#host) before.focus();
    else this.#launcher.focus();
  }
}

// Where the customer is now: asked for when a chat begins.
function pageOfVisitor() {
  const { href, protocol } = window.location;
  if (!protocol.startsWith("http")) return {};
  return { url: cut(href, LONGEST_ADDRESS), title: cut(document.title, LONGEST_TITLE) };
}
