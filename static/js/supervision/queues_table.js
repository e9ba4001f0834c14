// The table of queues; behind every number stands the list of what it counts.
import { clone, setText, show, slot } from "../core/dom.js";
import { LANGUAGE, figure } from "../core/language.js";
import { minutes } from "../core/time.js";
import { say } from "../core/words.js";
import { Keyed } from "./keyed.js";
import { byWait } from "./matters.js";

const percent = new Intl.NumberFormat(LANGUAGE, { style: "percent" });
const grade = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1 });
const time = (seconds) => minutes(seconds * 1000);

const NOW = {
  waiting: figure,
  longest_wait_seconds: time,
  ringing: figure,
  connected: figure,
  wrapup: figure,
};
const AGENTS = { available: figure, full: figure, idle: figure, rona: figure, offline: figure };
const FIGURES = {
  service_level: (value) => percent.format(value),
  offered: figure,
  answered: figure,
  abandoned: figure,
  asa_seconds: time,
  aht_seconds: time,
  first_response_seconds: time,
  rona: figure,
  rating: (value) => grade.format(value),
  contained: figure,
};

export class QueuesTable {
  #root;
  #limits;
  #onOpen;
  #headings;
  #rows;
  #span = "today";

  // `onOpen({ queue, part, column, span, title })`: a number was chosen.
  constructor({ root, limits, onOpen }) {
    this.#root = root;
    this.#limits = limits;
    this.#onOpen = onOpen;
    const place = slot(root, "queues");
    const headings = place.closest("table").tHead.querySelectorAll("th");
    this.#headings = [...headings].slice(1).map((heading) => {
      const short = heading.querySelector("abbr");
      return short?.title ?? heading.textContent.trim();
    });
    this.#rows = new Keyed({ place, make: (key) => this.#make(key) });
  }

  render({ queues }, { span }) {
    this.#span = span;
    const shown = this.#rows.put(byWait(queues, this.#limits), ({ id }) => id);
    for (const [row, queue] of shown) this.#fill(row, queue);
    show(slot(this.#root, "queues-none"), queues.length === 0);
  }

  #make(id) {
    const row = clone("queue-row");
    for (const { part, column } of columns()) {
      const cell = clone("number-cell");
      cell.dataset.part = part;
      cell.dataset.column = column;
      const button = slot(cell, "number");
      button.addEventListener("click", () => this.#open(id, cell, button));
      row.append(cell);
    }
    return row;
  }

  #fill(row, queue) {
    setText(slot(row, "name"), queue.name);
    show(slot(row, "closed"), !queue.open);
    const wait = queue.longest_wait_seconds;
    row.dataset.late = wait !== null && wait > this.#limits.of(queue.id).wait;
    columns().forEach(({ part, column, format }, at) => {
      const value = valueOf(queue, part, column, this.#span);
      const button = row.cells[at + 1].querySelector("button");
      const number = value === null ? "–" : format(value);
      setText(button, number);
      button.ariaLabel = say("open-list", {
        name: queue.name,
        column: this.#headings[at],
        number,
      });
      button.dataset.none = value === null || value === 0;
    });
  }

  #open(id, cell, button) {
    const { part, column } = cell.dataset;
    const name = slot(cell.parentElement, "name").textContent;
    const title = say("list-title", { name, column: this.#headings[cell.cellIndex - 1] });
    this.#onOpen({ queue: id, part, column, span: this.#span, title, opener: button });
  }
}

function columns() {
  return [
    ...Object.entries(NOW).map(([column, format]) => ({ part: "now", column, format })),
    ...Object.entries(AGENTS).map(([column, format]) => ({ part: "agents", column, format })),
    ...Object.entries(FIGURES).map(([column, format]) => ({ part: "figures", column, format })),
  ];
}

function valueOf(queue, part, column, span) {
  if (part === "agents") return queue.agents[column];
  return part === "figures" ? queue[span][column] : queue[column];
}
