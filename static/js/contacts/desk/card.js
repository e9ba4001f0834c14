// One card of the Active Contact List.
import { clone, fill, setText, show, slot, whileBusy } from "../../core/dom.js";
import { isComposing } from "../../core/keys.js";
import { listed } from "../../core/language.js";
import { report } from "../../core/refusal.js";
import { minutes, serverNow, since, until } from "../../core/time.js";
import { say, sayCount } from "../../core/words.js";
import { drawControls } from "./controls.js";
import {
  customerName,
  handoverName,
  initials,
  kindName,
  phase,
  returnName,
  watchedBy,
  where,
} from "./names.js";
import { hasDraft } from "./traces.js";
import { absence, lasted, standing, standingInWords } from "./waits.js";

export class CardRow {
  #row = clone("card");
  #card;
  #unread = null;
  #me;
  #phase = null;
  #onNews;

  // `onNews(text)`: what those are told who do not see the card.
  constructor({ onOpen, actions, onNews }) {
    this.#onNews = onNews;
    this.#row.addEventListener("click", (event) => {
      if (event.target.closest("button")) return;
      event.preventDefault(); // the name is a link, for who reads the card as a page
      onOpen(this.#card.contact);
    });
    this.#row.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== this.#row || isComposing(event)) return;
      onOpen(this.#card.contact);
    });
    this.#row.addEventListener("click", ({ target }) => {
      const name = target.closest("[data-control]")?.dataset.control;
      if (name) this.#act(() => actions[name](this.#card.contact));
    });
  }

  get element() {
    return this.#row;
  }

  put(card, { me, isSelected, unread }) {
    const isFirst = this.#unread === 0 && unread > 0 && !isSelected;
    this.#card = card;
    this.#unread = unread;
    this.#me = me;
    const name = customerName(card);
    if (isFirst) this.#onNews(say("news-unread", { name }));
    fill(this.#row, {
      name,
      initials: initials(name),
      where: [where(card), returnName(card, me), handoverName(card)].filter(Boolean).join(" · "),
      note: card.note,
      watchers: watchedBy(card),
      unread: unread > 99 ? "99+" : unread,
    });
    this.#row.dataset.contact = card.contact;
    slot(this.#row, "name").href = `#${card.contact}`;
    if (isSelected) this.#row.setAttribute("aria-current", "true");
    else this.#row.removeAttribute("aria-current");
    show(slot(this.#row, "note"), Boolean(card.note) && card.state === "offered");
    show(slot(this.#row, "watchers"), watchedBy(card) !== "");
    this.#row.dataset.role = card.role;
    show(slot(this.#row, "unread"), unread > 0);
    show(slot(this.#row, "actions"), drawControls(this.#row, card.controls));
    this.tick();
  }

  // What changes with time alone, or by what is typed.
  tick() {
    const now = phase(this.#card);
    const isDraft = this.#card.controls.includes("send") && hasDraft(this.#me, this.#card.contact);
    const { text, mood } = standing(this.#card, now);
    this.#row.dataset.phase = now;
    setText(slot(this.#row, "timer"), minutes(this.#elapsed()));
    setText(slot(this.#row, "standing"), text);
    slot(this.#row, "standing").dataset.mood = mood;
    report(slot(this.#row, "away"), absence(this.#card));
    setText(slot(this.#row, "text"), this.#text(now));
    show(slot(this.#row, "draft"), isDraft);
    const label = this.#label(now, isDraft);
    this.#row.setAttribute("aria-label", label);
    if (this.#card.state === "offered") this.#offer(now, label);
    this.#phase = now;
  }

  // How long there is to answer is told twice: when it rings, when it is urgent.
  #offer(phaseNow, label) {
    this.#drawTimeLeft();
    if (phaseNow === this.#phase) return;
    const seconds = Math.round(until(this.#card.rona_at) / 1000);
    this.#onNews(say("news-offer", { card: label, seconds }));
  }

  #elapsed() {
    const { state, offered_at: offeredAt, wrapup_at: wrapupAt } = this.#card;
    if (state === "connected") return lasted(this.#card);
    return since(state === "offered" ? offeredAt : wrapupAt);
  }

  #text(now) {
    const { last_message: last, rona_at: ronaAt } = this.#card;
    const isSaid = last && now !== "wrapup";
    if (!isSaid) return say(`text-${now}`, { left: ronaAt && minutes(until(ronaAt)) });
    return last.sender.key === this.#me.key ? say("text-own", { text: last.text }) : last.text;
  }

  #label(now, isDraft) {
    const { queue } = this.#card;
    return listed(
      [
        customerName(this.#card),
        queue?.name,
        kindName(this.#card),
        returnName(this.#card, this.#me),
        handoverName(this.#card),
        say(`phase-${now}`),
        standingInWords(this.#card),
        this.#card.customer_away_since && say("is-away"),
        isDraft && say("draft"),
        watchedBy(this.#card),
        this.#unread > 0 && sayCount("unread", this.#unread),
      ].filter(Boolean),
    );
  }

  #drawTimeLeft() {
    const { offered_at: offeredAt, rona_at: ronaAt } = this.#card;
    const whole = Date.parse(ronaAt) - Date.parse(offeredAt);
    const left = Math.max(0, (Date.parse(ronaAt) - serverNow()) / whole);
    this.#row.style.setProperty("--card-left", left.toFixed(3));
  }

  // `command` answers with a sentence when it was refused, else with "".
  #act(command) {
    const problem = slot(this.#row, "problem");
    whileBusy([...this.#row.querySelectorAll("[data-control]")], async () => {
      report(problem, "");
      report(problem, await command());
    });
  }
}
