// The Agent state: shown with its colour, its words and its time; chosen from a
// menu. RONA is shown, never chosen.
import { Menu } from "../core/menu.js";
import { clone, fill, setText, slot } from "../core/dom.js";
import { minutes, onTick, since } from "../core/time.js";
import { say } from "../core/words.js";
import { isWatched } from "../contacts/desk/names.js";

// Channels on which somebody waits for every word.
const LIVE = new Set(["voice", "chat"]);
const LOOKS = { available: "good", idle: "attention", rona: "danger", offline: "neutral" };

export class StateMenu {
  #root;
  #items;
  #button;
  #api;
  #onChoose;
  #me = null;
  #codes = [];

  // `onChoose({ state, idle_code })`
  constructor({ root, api, onChoose }) {
    this.#root = root;
    this.#button = slot(root, "state-button");
    this.#items = slot(root, "state-items");
    this.#api = api;
    this.#onChoose = onChoose;
    new Menu({
      button: this.#button,
      list: this.#items,
      onOpen: () => this.load(),
      onPick: (item) => this.#choose(item),
    });
    onTick(() => this.#tick());
  }

  // The codes are asked for again at every opening: an administrator may have
  // changed them. Until they come, the last known are there.
  async load() {
    try {
      this.#codes = await this.#api.get("me/idle-codes/");
    } catch {
      return;
    }
    this.#draw();
  }

  // `cards`: all that the agent has in hand, which take the slots.
  put(me, cards) {
    const isNew = this.#me === null;
    this.#me = me;
    const use = me.state === "available" ? useOf(me.slots ?? {}, cards) : null;
    const isFull = use !== null && use.taken >= use.slots;
    this.#button.disabled = false;
    this.#button.dataset.state = me.state;
    this.#button.dataset.full = isFull;
    setText(slot(this.#root, "state"), inWords(me));
    setText(slot(this.#root, "state-use"), use ? say("state-use", use) : "");
    setText(slot(this.#root, "state-full"), isFull ? say("state-full") : "");
    const look = isFull ? "attention" : LOOKS[me.state];
    slot(this.#root, "state").className = `status status--${look} state-button__name truncate`;
    this.#tick();
    this.#draw();
    if (isNew) this.load();
  }

  #tick() {
    if (this.#me) setText(slot(this.#root, "state-time"), minutes(since(this.#me.state_since)));
  }

  // Drawn only when something has changed: whoever stands on an item stays.
  #draw() {
    const { state, idle_code: code } = this.#me;
    const key = JSON.stringify([this.#codes, state, code?.id]);
    if (this.#items.dataset.drawn === key) return;
    this.#items.dataset.drawn = key;
    const at = [...this.#items.children].indexOf(document.activeElement);
    this.#items.replaceChildren(
      item({ state: "available" }, say("state-available"), state === "available"),
      ...(this.#codes.length ? [clone("menu-rule")] : []),
      ...this.#codes.map(({ id, name }) =>
        item({ state: "idle", code: id }, name, state === "idle" && code?.id === id),
      ),
    );
    this.#items.children[at]?.focus();
  }

  #choose({ dataset: { state, code } }) {
    this.#onChoose(code ? { state, idle_code: Number(code) } : { state });
  }
}

function item(choice, name, isChecked) {
  const row = fill(clone("state-item"), { name });
  Object.assign(row.dataset, choice);
  slot(row, "name").classList.add(`status--${LOOKS[choice.state]}`);
  row.setAttribute("aria-checked", isChecked);
  return row;
}

function inWords({ state, idle_code: code }) {
  if (state === "idle" && code) return say("state-idle-code", { code: code.name });
  return say(`state-${state}`);
}

// The slots of the channel that fills first: { taken, slots }, null for none. Where
// people talk, mail and the like do not count: they can wait.
function useOf(slots, cards) {
  const open = Object.entries(slots).filter(([, number]) => number > 0);
  const live = open.filter(([channel]) => LIVE.has(channel));
  const channels = live.length ? live : open;
  const uses = channels.map(([channel, number]) => ({
    taken: cards.filter((card) => card.channel === channel && !isWatched(card)).length,
    slots: number,
  }));
  uses.sort((a, b) => a.slots - a.taken - (b.slots - b.taken) || b.taken - a.taken);
  return uses[0] ?? null;
}
