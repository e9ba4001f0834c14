// The dialog Conference Request: a colleague of the queue is asked to join.
import { slot } from "../../core/dom.js";
import { say } from "../../core/words.js";
import { Request } from "./request.js";

export class ConferenceRequest extends Request {
  control = "conference";
  source = "conference-targets";
  #shown = "";

  begin() {
    this.#draw([]);
    this.choice.value = "";
    this.state(say("loading"));
  }

  targets({ agents }) {
    this.#draw(agents);
    this.state(agents.length ? "" : say("conference-nobody"));
  }

  unknown(text) {
    this.state(text);
  }

  body() {
    const agent = Number(this.choice.value);
    if (agent) return { agent };
    this.problem(say("choose-agent-first"), true);
    this.choice.focus();
    return null;
  }

  get choice() {
    return slot(this.dialog, "form").elements.agent;
  }

  // Only what differs is drawn: the drop-down may be open.
  #draw(agents) {
    const key = JSON.stringify(agents);
    slot(this.dialog, "submit").disabled = agents.length === 0;
    if (key === this.#shown) return;
    this.#shown = key;
    const select = this.choice;
    const chosen = select.value;
    const name = chosen && select.selectedOptions[0].textContent;
    const options = agents.map(({ id, display_name: text, role }) => {
      const label = role === "supervisor" ? say("supervisor-option", { name: text }) : text;
      return new Option(label, id);
    });
    select.replaceChildren(select.options[0], ...options);
    const isThere = agents.some(({ id }) => `${id}` === chosen);
    select.value = isThere ? chosen : "";
    if (chosen && !isThere) this.gone(name);
  }
}
