// Predefined Chat Responses: a pop-up above the editor, from which a text goes to
// the caret. It never sends. What the agent keeps for themself is under Mine.
import { clone, fill, identify, setText, show, slot } from "../../core/dom.js";
import { folded, matcher } from "../../core/fold.js";
import { PickList } from "../../core/pick_list.js";
import { Popup } from "../../core/popup.js";
import { report, sentence } from "../../core/refusal.js";
import { Tabs } from "../../core/tabs.js";
import { say, sayCount } from "../../core/words.js";
import { OwnResponses } from "./own_responses.js";

export class Responses {
  #root;
  #api;
  #contact;
  #composer;
  #button;
  #popup;
  #picks;
  #mine;
  #draft = null; // of a response of one's own that is being written
  #isAllowed = false;
  #tab = "all";
  #reads = 0;

  constructor({ root, api, contact, composer }) {
    this.#root = root;
    this.#api = api;
    this.#contact = contact;
    this.#composer = composer;
    this.#button = slot(root, "responses-button");
    this.#popup = new Popup({
      button: this.#button,
      onLeave: (options) => this.close(options),
      isBeside: (target) => target.closest("dialog"),
    });
    this.#button.addEventListener("click", () => this.toggle());
  }

  put({ controls, queue }) {
    this.#isAllowed = controls.includes("respond");
    this.#button.ariaDisabled = this.#isAllowed ? null : "true";
    const why = controls.includes("send") ? "respond-none" : "respond-closed";
    fill(this.#root, { "responses-why": this.#isAllowed ? "" : say(why, { queue: queue.name }) });
    // Somebody who writes one of their own may finish it.
    if (!this.#isAllowed && this.#panel && !this.#mine.draft) this.close();
  }

  // While it is open.
  get #panel() {
    return this.#popup.panel;
  }

  // Open or close; where there is nothing to open, say why.
  toggle() {
    if (this.#panel) this.close();
    else if (!this.open()) this.#button.focus();
  }

  // Return whether there are any.
  open() {
    if (!this.#isAllowed || this.#panel) return this.#isAllowed;
    const panel = identify(clone("responses"), this.#contact);
    this.#build(panel);
    this.#popup.open(panel, slot(this.#root, "responses"));
    if (this.#draft) this.#mine.write(this.#draft);
    else slot(this.#panel, "search").focus();
    this.#load();
    return true;
  }

  close({ wantsFocus = true } = {}) {
    if (!this.#panel) return;
    this.#draft = this.#mine.draft;
    this.#reads += 1;
    const hadFocus = this.#popup.close();
    if (hadFocus && wantsFocus) this.#composer.focus();
  }

  #build(panel) {
    const box = slot(panel, "search");
    const list = slot(panel, "list");
    box.setAttribute("aria-controls", list.id);
    this.#picks = new PickList({
      box,
      list,
      newOption: () => clone("response-option"),
      onPick: (response) => this.#insert(response),
      onLook: (response) => this.#look(response),
    });
    this.#mine = new OwnResponses({
      panel,
      suffix: this.#contact,
      api: this.#api,
      typed: () => this.#composer.text,
      onPick: (response) => this.#insert(response),
      onLook: (response) => this.#look(response),
      onChange: () => this.#load(),
      onDone: () => this.#written(),
    });
    this.#tab = "all";
    new Tabs({ list: slot(panel, "tabs"), onChoose: ({ dataset }) => this.#choose(dataset.tab) });
    box.addEventListener("input", () => this.#narrow());
  }

  async #load() {
    if (!this.#panel) return;
    const read = (this.#reads += 1);
    this.#state(say("loading"));
    const answers = await Promise.all([
      this.#api.get(`contacts/${this.#contact}/predefined-responses/`),
      this.#api.get("me/predefined-responses/"),
    ]).catch((error) => this.#failed(read, error));
    if (answers && read === this.#reads) this.#put(...answers);
  }

  #failed(read, error) {
    if (read === this.#reads) this.#state(sentence(error));
  }

  #put(all, mine) {
    const own = new Map(mine.map((each) => [each.id, each]));
    const items = all.map((each) => ({
      ...each,
      own: own.get(each.id) ?? null, // as it is written, with its placeholders
      searched: folded(`${each.name} ${each.text}`),
    }));
    this.#picks.put(items, (option, { name, own: isOwn }) => {
      fill(option, { name });
      report(slot(option, "own"), isOwn ? say("responses-mine") : "");
      option.setAttribute("aria-describedby", slot(this.#panel, "text").id);
    });
    this.#mine.put(items.filter((item) => item.own));
    this.#narrow();
  }

  #choose(tab) {
    this.#tab = tab;
    show(slot(this.#panel, "mine-foot"), tab === "mine");
    this.#narrow();
  }

  #narrow() {
    const words = slot(this.#panel, "search").value;
    const isMatch = matcher(words);
    const fits = ({ searched }) => isMatch(searched);
    const isMine = this.#tab === "mine";
    const none = () => false;
    const counts = [this.#picks.narrow(isMine ? none : fits), this.#mine.narrow(isMine ? fits : none)];
    const count = counts[0] + counts[1];
    if (count) this.#state(sayCount("responses", count));
    else if (words.trim()) this.#state(say("responses-no-match", { words }));
    else this.#state(say(isMine ? "responses-none-mine" : "responses-none"));
  }

  #look(response) {
    const place = slot(this.#panel, "text");
    setText(place, response?.text);
    place.scrollTop = 0;
    show(place, Boolean(response?.text));
  }

  #insert({ text }) {
    this.close({ wantsFocus: false });
    this.#composer.insert(text);
  }

  // A response of one's own is stored, or is not to be.
  #written() {
    this.#draft = null;
    if (!this.#isAllowed) this.close();
    else slot(this.#panel, "search").focus();
  }

  #state(text) {
    setText(slot(this.#panel, "responses-state"), text);
  }
}
