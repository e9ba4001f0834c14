// An agent asks those who oversee for help in the open chat, in a word, and takes it
// back. Give it the element of agents/_bar.html.
//
//   const help = new Help({ root, api, attempt: async (run) => {} });
//   help.render(state);
//   helpInWords(card)   // "You have asked for help: an invoice", or ""
import { clone, show, slot, whileBusy } from "../../core/dom.js";
import { report, sentence } from "../../core/refusal.js";
import { say } from "../../core/words.js";
import { isWatched } from "./names.js";

export class Help {
  #root;
  #api;
  #attempt;
  #card = null;

  // `attempt(run)`: run what may be refused, and say so.
  constructor({ root, api, attempt }) {
    this.#root = root;
    this.#api = api;
    this.#attempt = attempt;
    this.#ask.addEventListener("click", () => this.#open());
    this.#end.addEventListener("click", () => this.#takeBack());
  }

  // Of the open chat, while the agent talks in it.
  render({ selected }) {
    this.#card = isTalking(selected) ? selected : null;
    const hadFocus = [this.#ask, this.#end].includes(document.activeElement);
    const asked = this.#card?.help;
    show(this.#ask, Boolean(this.#card && !asked));
    show(this.#end, Boolean(asked));
    if (hadFocus && this.#card) (asked ? this.#end : this.#ask).focus();
  }

  #open() {
    const path = pathOf(this.#card);
    new HelpDialog({ run: (text) => this.#api.post(path, { text }) }).open();
  }

  #takeBack() {
    const path = pathOf(this.#card);
    return whileBusy([this.#end], () => this.#attempt(() => this.#api.delete(path)));
  }

  get #ask() {
    return slot(this.#root, "ask-help");
  }

  get #end() {
    return slot(this.#root, "help-end");
  }
}

class HelpDialog {
  #dialog = clone("help-dialog");
  #run;

  // `run(text)` asks, and may be refused.
  constructor({ run }) {
    this.#run = run;
    slot(this.#dialog, "cancel").addEventListener("click", () => this.#dialog.close());
    slot(this.#dialog, "form").addEventListener("submit", (event) => {
      event.preventDefault();
      whileBusy([slot(this.#dialog, "submit")], () => this.#submit());
    });
    this.#dialog.addEventListener("close", () => this.#dialog.remove());
  }

  open() {
    document.body.append(this.#dialog);
    this.#dialog.showModal();
  }

  async #submit() {
    try {
      await this.#run(slot(this.#dialog, "form").elements.text.value.trim());
    } catch (error) {
      const errors = Object.values(error.errors ?? {}).flat();
      return report(slot(this.#dialog, "problem"), errors.join(" ") || sentence(error));
    }
    this.#dialog.close();
  }
}

// What was asked, in the agent's own words; "" for nothing.
export function helpInWords({ help }) {
  if (!help) return "";
  return help.text ? say("help-asked-word", { text: help.text }) : say("help-asked");
}

function isTalking(card) {
  return card?.state === "connected" && !card.isLeft && !isWatched(card);
}

function pathOf({ contact }) {
  return `contacts/${contact}/help/`;
}
