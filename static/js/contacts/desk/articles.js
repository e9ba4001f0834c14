// Articles: a pop-up above the editor, in which the agent finds what the organisation
// knows. What fits goes to the caret as plain text. It never sends.
import { clone, fill, identify, setText, show, slot } from "../../core/dom.js";
import { PickList } from "../../core/pick_list.js";
import { Popup } from "../../core/popup.js";
import { sentence } from "../../core/refusal.js";
import { say, sayCount } from "../../core/words.js";

const WHILE_TYPING = 200; // ms without a key until it is searched

export class Articles {
  #root;
  #api;
  #contact;
  #composer;
  #button;
  #queue = undefined;
  #canSend = false;
  #hasSome = null; // null: not asked yet
  #popup;
  #picks;
  #reads = 0;
  #timer = null;

  constructor({ root, api, contact, composer }) {
    this.#root = root;
    this.#api = api;
    this.#contact = contact;
    this.#composer = composer;
    this.#button = slot(root, "articles-button");
    this.#popup = new Popup({
      button: this.#button,
      onLeave: (options) => this.close(options),
    });
    this.#button.addEventListener("click", () => this.toggle());
    // Whoever looks at it may have heard that there is one now.
    for (const look of ["pointerenter", "focus"]) {
      this.#button.addEventListener(look, () => this.#lookAgain());
    }
  }

  put({ controls, queue }) {
    const canSend = controls.includes("send");
    const isOther = queue?.id !== this.#queue?.id || this.#queue === undefined;
    this.#queue = queue ?? null;
    this.#canSend = canSend;
    if (isOther) this.#hasSome = null;
    this.#draw();
    if (canSend && this.#hasSome === null) this.#ask();
    else if (!canSend) this.close();
  }

  // While it is open.
  get #panel() {
    return this.#popup.panel;
  }

  // Open or close; where there is nothing to open, say why.
  async toggle() {
    if (this.#panel) return this.close();
    await this.#lookAgain();
    if (!this.#canSend || this.#hasSome === false) return this.#button.focus();
    return this.#open();
  }

  close({ wantsFocus = true } = {}) {
    if (!this.#panel) return;
    clearTimeout(this.#timer);
    this.#reads += 1;
    const hadFocus = this.#popup.close();
    if (hadFocus && wantsFocus) this.#composer.focus();
  }

  // There are some for a queue now, or none any more.
  changed(queue) {
    if (this.#canSend && queue === this.#queue?.id) this.#ask();
  }

  #draw() {
    const isAllowed = this.#canSend && this.#hasSome !== false;
    this.#button.ariaDisabled = isAllowed ? null : "true";
    const why = this.#canSend ? "articles-none" : "articles-closed";
    const texts = { queue: this.#queue?.name ?? "" };
    fill(this.#root, { "articles-why": isAllowed ? "" : say(why, texts) });
  }

  async #lookAgain() {
    if (this.#canSend && this.#hasSome === false) await this.#ask();
  }

  // Ask whether there are any for this queue.
  async #ask() {
    this.#hasSome ??= true; // until the answer says otherwise
    const queue = this.#queue;
    const rows = await this.#find("").catch(() => null);
    if (!rows || queue !== this.#queue) return;
    this.#hasSome = rows.length > 0;
    this.#draw();
  }

  #open() {
    const panel = identify(clone("articles"), this.#contact);
    const box = slot(panel, "search");
    const list = slot(panel, "list");
    box.setAttribute("aria-controls", list.id);
    this.#picks = new PickList({
      box,
      list,
      newOption: () => clone("response-option"),
      onPick: ({ excerpt }) => this.#insert(excerpt),
      onLook: (article) => this.#look(article),
    });
    box.addEventListener("input", () => this.#typed());
    this.#popup.open(panel, slot(this.#root, "articles"));
    box.focus();
    this.#load();
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), WHILE_TYPING);
  }

  async #load() {
    const read = (this.#reads += 1);
    const words = slot(this.#panel, "search").value.trim();
    try {
      const rows = await this.#find(words);
      if (read === this.#reads) this.#put(rows, words);
    } catch (error) {
      if (read === this.#reads) this.#state(sentence(error));
    }
  }

  #find(q) {
    const asked = new URLSearchParams({ q });
    if (this.#queue) asked.set("queue", this.#queue.id);
    return this.#api.get(`articles/search/?${asked}`);
  }

  #put(rows, words) {
    this.#picks.put(rows, (option, { title }) => {
      fill(option, { name: title });
      option.setAttribute("aria-describedby", slot(this.#panel, "text").id);
    });
    const count = this.#picks.narrow(() => true);
    if (count) this.#state(sayCount("articles", count));
    else if (words) this.#state(say("articles-no-match", { words }));
    else this.#state(say("articles-none", { queue: this.#queue?.name ?? "" }));
  }

  #look(article) {
    const place = slot(this.#panel, "text");
    setText(place, article?.excerpt);
    place.scrollTop = 0;
    show(place, Boolean(article?.excerpt));
  }

  #insert(text) {
    this.close({ wantsFocus: false });
    this.#composer.insert(text);
  }

  #state(text) {
    setText(slot(this.#panel, "articles-state"), text);
  }
}
