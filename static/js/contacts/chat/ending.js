// After the end: a rating, the transcript to keep, a new start.
import { Api } from "../../core/api.js";
import { focusOn, setText, show, slot, whileBusy } from "../../core/dom.js";
import { save } from "../../core/save.js";
import { say } from "../../core/words.js";

export class Ending {
  #panel;
  #rating;
  #problem;
  #mail;
  #api;
  #visit;
  #stored = Promise.resolve(); // one rating after the other: the last one counts

  constructor({ panel, visit, onStartAgain }) {
    this.#panel = panel;
    this.#visit = visit;
    this.#rating = slot(panel, "rating");
    this.#problem = slot(panel, "problem");
    this.#mail = slot(panel, "mail-transcript");
    slot(panel, "again").addEventListener("click", onStartAgain);
    slot(panel, "download").addEventListener("click", () => this.#download());
    for (const score of this.#rating.elements.score) {
      score.addEventListener("change", () => this.#rate());
    }
    this.#mail.addEventListener("click", () => whileBusy([this.#mail], () => this.#sendByMail()));
    this.#rating.addEventListener("submit", (event) => {
      event.preventDefault();
      whileBusy([slot(panel, "comment")], () => this.#comment());
    });
  }

  // `wantsFocus`: it has just ended; not: it was opened as an ended one.
  // `isMailed`: the transcript can be sent by mail.
  open({ wantsFocus, isMailed = false }) {
    show(this.#mail, isMailed && slot(this.#panel, "mailed").hidden);
    if (!this.#panel.hidden) return;
    this.#api = new Api({ token: this.#visit.current.token });
    this.#rating.reset();
    show(slot(this.#rating, "more"), false);
    show(this.#rating, !this.#visit.current.rated);
    this.#thank(this.#visit.current.rated ? "rated" : "");
    this.#report("");
    show(this.#panel);
    if (wantsFocus) focusOn(slot(this.#panel, "heading"));
  }

  close() {
    show(this.#panel, false);
    show(slot(this.#panel, "mailed"), false);
  }

  get #path() {
    return `chat/contacts/${this.#visit.current.contact}/`;
  }

  // A click is the rating; a comment may follow. Return whether it is stored.
  #rate() {
    this.#stored = this.#stored.then(() => this.#store());
    return this.#stored;
  }

  async #store() {
    const { score, comment } = this.#rating.elements;
    const text = comment.value.trim();
    try {
      const rating = { score: Number(score.value), ...(text && { comment: text }) };
      await this.#api.post(`${this.#path}rating/`, rating);
    } catch (error) {
      this.#report(error.detail || say("rating-failed"));
      return false;
    }
    this.#visit.rated();
    this.#report("");
    this.#thank("rated");
    show(slot(this.#rating, "more"));
    return true;
  }

  async #comment() {
    if (!(await this.#rate())) return;
    show(this.#rating, false);
    this.#thank(this.#rating.elements.comment.value.trim() ? "commented" : "rated");
    focusOn(slot(this.#panel, "thanks"));
  }

  #thank(word) {
    setText(slot(this.#panel, "thanks"), word && say(word));
    show(slot(this.#panel, "thanks"), word !== "");
  }

  async #download() {
    this.#report("");
    try {
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
      const zone = timeZone ? `?${new URLSearchParams({ timezone: timeZone })}` : "";
      const { blob, name } = await this.#api.download(`${this.#path}transcript/${zone}`);
      save(blob, name ?? "transcript.txt");
    } catch (error) {
      this.#report(error.detail || say("download-failed"));
    }
  }

  async #sendByMail() {
    this.#report("");
    try {
      await this.#api.post(`${this.#path}transcript/email/`);
    } catch (error) {
      return this.#report(error.detail || say("mail-failed"));
    }
    show(this.#mail, false);
    show(slot(this.#panel, "mailed"));
    focusOn(slot(this.#panel, "heading"));
  }

  #report(text) {
    setText(this.#problem, text);
    show(this.#problem, text !== "");
  }
}
