// The page of a site that shows this one in its widget, and what the two tell each
// other: messages { parley: word, ... }, each looked at for its origin and its window.
// Outside a widget nothing here happens, and the page counts as open.
import { isComposing } from "../../core/keys.js";

const NAME = "parley-widget"; // of the frame
const PATIENCE = 1_000; // ms for an answer
const NOBODY = { identity: "", details: {}, attributes: {} };

class Host {
  #origins;
  #origin = null; // of the site, once it has said hello
  #isInWidget = window.name === NAME && window.parent !== window;
  #isOpen = !this.#isInWidget;
  #mayFocus = !this.#isInWidget;
  #customer = NOBODY;
  #answer = () => {}; // to the question for the page
  #told = {}; // what the site heard last, by word
  #changes = new EventTarget();

  #words = {
    hello: (_, origin) => this.#meet(origin),
    open: ({ focus }) => this.#opened(true, focus === true),
    close: () => this.#opened(false, false),
    customer: (told) => this.#know(told),
    page: ({ url, title }) => this.#answer(isPage(url) ? { url, title: String(title) } : null),
  };

  constructor(origins) {
    this.#origins = new Set([window.location.origin, ...origins]);
    if (!this.#isInWidget) return;
    window.addEventListener("message", (event) => this.#hear(event));
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  // Whether somebody can see this page.
  get isOpen() {
    return this.#isOpen;
  }

  // Whether the page may take the focus from what is around it.
  get mayFocus() {
    return this.#mayFocus || document.hasFocus();
  }

  // { identity, details: {name?, email?, phone?}, attributes }, as the site has said.
  get customer() {
    return this.#customer;
  }

  // Hear "hello", "open", "close" and "customer"; `signal` ends it.
  on(name, listener, signal) {
    this.#changes.addEventListener(name, listener, { signal });
  }

  close() {
    this.#tell("close");
  }

  unread(count) {
    this.#keep("unread", { count });
  }

  // Whether a chat is under way, to be shown again on the site's next page.
  live(isLive) {
    this.#keep("live", { isLive });
  }

  // Return { url, title } of the site's page now; null where there is none.
  page() {
    if (this.#origin === null) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#answer = resolve;
      setTimeout(resolve, PATIENCE, null);
      this.#tell("page");
    });
  }

  #hear({ origin, source, data }) {
    if (source !== window.parent || !this.#isKnown(origin)) return;
    const { parley: word, ...values } = Object(data);
    if (!Object.hasOwn(this.#words, word)) return;
    if (word !== "hello" && origin !== this.#origin) return;
    this.#words[word](values, origin);
    this.#changes.dispatchEvent(new Event(word));
  }

  // As frame-ancestors has it: a site named with http may have moved to https.
  #isKnown(origin) {
    return this.#origins.has(origin) || this.#origins.has(origin.replace(/^https:/, "http:"));
  }

  #meet(origin) {
    this.#origin = origin;
    this.#tell("ready");
    for (const [word, values] of Object.entries(this.#told)) this.#tell(word, values);
  }

  #opened(isOpen, mayFocus) {
    this.#isOpen = isOpen;
    this.#mayFocus = mayFocus;
  }

  #know({ identity, details, attributes }) {
    this.#customer = { identity, details: { ...details }, attributes: { ...attributes } };
  }

  #keep(word, values) {
    this.#told[word] = values;
    this.#tell(word, values);
  }

  #tell(word, values = {}) {
    if (this.#origin === null) return;
    window.parent.postMessage({ ...values, parley: word }, this.#origin);
  }

  // Closes the panel, unless something smaller is open.
  #key(event) {
    if (event.key !== "Escape" || event.defaultPrevented || isComposing(event)) return;
    if (!document.querySelector("dialog[open], :popover-open")) this.close();
  }
}

function isPage(url) {
  return typeof url === "string" && /^https?:/.test(url);
}

export const host = new Host(JSON.parse(document.querySelector("[data-chat]").dataset.sites));
