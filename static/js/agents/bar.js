// The bar and the banners below it: the agent's state, the connection, what
// concerns the whole desk.
import { setText, show, slot } from "../core/dom.js";
import { Menu } from "../core/menu.js";
import { report, sentence } from "../core/refusal.js";
import { say } from "../core/words.js";
import { Help } from "../contacts/desk/help.js";
import { Feedback } from "./feedback.js";
import { placesMenu } from "./places.js";
import { StateMenu } from "./state_menu.js";

const LOOKS = { connected: "good", connecting: "attention", reconnecting: "attention", closed: "danger" };
const BRIEF = 3_000; // milliseconds that nobody needs to hear of

export class Bar {
  #root;
  #api;
  #menu;
  #help;
  #command;
  #onAvailable;
  #onSignOut;
  #lost = null;
  #isUnreached = false; // the problem shown is that of a lost network

  // `command(run)`: run what changes the agent. `onAvailable()`: about to become
  // Available, by a click. `onSound()`: switch the sound. `onPush()`: switch pushed
  // offers. `onSignOut()` may be refused.
  constructor({ root, api, command, onAvailable, onSound, onPush, onSignOut }) {
    this.#root = root;
    this.#api = api;
    this.#command = command;
    this.#onAvailable = onAvailable;
    this.#onSignOut = onSignOut;
    this.#help = new Help({ root, api, attempt: (run) => this.#attempt(run) });
    this.#menu = new StateMenu({ root, api, onChoose: (choice) => this.#choose(choice) });
    placesMenu(root);
    const feedback = new Feedback({ root, api });
    new Menu({
      button: slot(root, "person-button"),
      list: slot(root, "person-items"),
      onOpen: () => feedback.look(),
      // Links lead on by themselves.
      onPick: (item) => {
        if (item === slot(root, "push")) this.#attempt(onPush);
        else this.#speak(item.dataset.language);
      },
    });
    this.#click("go-available", () => this.#choose({ state: "available" }));
    this.#click("go-idle", () => this.#choose({ state: "idle" }));
    this.#click("problem-dismiss", () => this.problem(""));
    this.#click("sound", onSound);
    this.#click("sign-out", () => this.#attempt(this.#onSignOut));
  }

  render({ me, cards, selected, timersAreLate }) {
    if (!me) return;
    this.#help.render({ selected });
    setText(slot(this.#root, "me"), me.display_name);
    this.#menu.put(me, cards);
    this.#warnOfRona(me.state === "rona");
    show(slot(this.#root, "timers"), timersAreLate);
  }

  connection(status) {
    const line = slot(this.#root, "connection");
    setText(line, say(`connection-${status}`));
    line.className = `status status--${LOOKS[status]} bar__connection`;
    const banner = slot(this.#root, "reconnecting");
    if (status === "reconnecting") {
      this.#lost ??= setTimeout(() => show(banner), BRIEF);
    } else {
      clearTimeout(this.#lost);
      this.#lost = null;
      show(banner, false);
    }
    if (status === "connected" && this.#isUnreached) this.problem("");
  }

  sound(state) {
    const button = slot(this.#root, "sound");
    button.dataset.sound = state;
    button.setAttribute("aria-pressed", state !== "muted");
    button.title = say(`sound-${state}`);
  }

  // Whether offers are pushed to this browser.
  push(isOn) {
    const item = slot(this.#root, "push");
    item.setAttribute("aria-checked", isOn);
    show(item);
  }

  problem(text) {
    this.#isUnreached = false;
    report(slot(this.#root, "problem-text"), text);
    show(slot(this.#root, "problem"), text !== "");
  }

  // The whole page is written in one language: it is loaded again in another.
  async #speak(language) {
    if (language === undefined) return;
    await this.#attempt(async () => {
      await this.#api.patch("me/", { language });
      window.location.reload();
    });
  }

  async #choose(choice) {
    if (choice.state === "available") this.#onAvailable();
    await this.#attempt(() =>
      this.#command(() => this.#api.put("me/state/", choice)),
    );
    this.#menu.load();
  }

  // The banner's buttons go with it: the focus moves to the state they set.
  #warnOfRona(isRona) {
    const banner = slot(this.#root, "rona");
    const hadFocus = banner.contains(document.activeElement);
    show(banner, isRona);
    if (!isRona && hadFocus) slot(this.#root, "state-button").focus();
  }

  async #attempt(command) {
    this.problem("");
    try {
      await command();
    } catch (error) {
      this.problem(sentence(error));
      this.#isUnreached = error.code === "network";
    }
  }

  #click(name, action) {
    slot(this.#root, name).addEventListener("click", action);
  }
}
