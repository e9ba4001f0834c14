// The dialog Transfer Request: to a colleague of the team, or to another queue.
import { clone, fill, identify, setText, show, slot } from "../../core/dom.js";
import { ListBox } from "../../core/list_box.js";
import { say } from "../../core/words.js";
import { Request } from "./request.js";

export class TransferRequest extends Request {
  control = "transfer";
  source = "transfer-targets";
  #box;
  #targets = null;
  #shown = "";

  constructor(desk) {
    super(desk);
    identify(this.dialog, "request");
    this.#box = new ListBox({
      list: slot(this.dialog, "list"),
      newOption: () => clone("target-option"),
      onLook: (item) => this.#describe(item),
      onChoose: () => this.problem(""),
    });
    for (const radio of this.#form.elements.type) {
      radio.addEventListener("change", () => this.#draw());
    }
  }

  begin() {
    this.#targets = null;
    this.#form.elements.type.value = "agent";
    this.#draw();
    this.state(say("loading"));
  }

  targets(targets) {
    this.#targets = targets;
    this.#draw();
  }

  unknown(text) {
    this.state(text);
  }

  body() {
    const to = this.#box.value;
    if (to === null) {
      this.problem(say(`choose-${this.#type}-first`), true);
      this.choice.focus();
      return null;
    }
    return { destination_type: this.#type, to };
  }

  get choice() {
    return slot(this.dialog, "list");
  }

  get #form() {
    return slot(this.dialog, "form");
  }

  get #type() {
    return this.#form.elements.type.value;
  }

  #draw() {
    const items = this.#targets ? asItems(this.#targets)[this.#type] : [];
    const choices = items.filter(({ disabled }) => !disabled).length;
    setText(slot(this.dialog, "list-label"), say(`choose-${this.#type}`));
    this.state(this.#targets && !choices ? say(`transfer-no-${this.#type}`) : "");
    show(slot(this.dialog, "list"), items.length > 0);
    slot(this.dialog, "submit").disabled = choices === 0;
    show(slot(this.dialog, "about"), items.some(({ description }) => description));
    this.#drawItems(items);
  }

  #drawItems(items) {
    const key = JSON.stringify([this.#type, items]);
    if (key === this.#shown) return;
    const sameType = this.#shown.startsWith(`["${this.#type}"`);
    this.#shown = key;
    const before = this.#box.chosen;
    if (!sameType) this.#box.put([], drawItem);
    this.#box.put(items, drawItem);
    this.#describe(null);
    if (!sameType) return this.problem("");
    const isGone = before && this.#box.value === null;
    if (isGone) this.gone(before.name);
  }

  // What is looked at is described, else what is chosen.
  #describe(item) {
    setText(slot(this.dialog, "about"), (item ?? this.#box.chosen)?.description);
  }
}

function asItems({ agents, queues }) {
  return {
    agent: agents.map(({ id, display_name: name, role }) => {
      return { id, name, mark: role === "supervisor" ? say("supervisor") : "" };
    }),
    queue: queues.map(({ id, name, description, current }) => {
      return { id, name, description, disabled: current, mark: current ? say("current-queue") : "" };
    }),
  };
}

function drawItem(option, { name, mark, description }) {
  fill(option, { name, mark });
  show(slot(option, "mark"), Boolean(mark));
  if (description) option.setAttribute("aria-description", description);
}
