// After the end: a rating, the transcript to keep, a new start.
import { Api } from "../../core/api.js";
import { focusOn, setText, show, slot } from "../../core/dom.js";
import { save } from "../../core/save.js";
import { say } from "../../core/words.js";

export class Ending {
  #panel;
  #rating;
  #problem;
  #api;
  #visit;

  constructor({ panel, visit, onStartAgain }) {
    this.#panel = panel;
    this.#visit = visit;
    this.#rating = slot(panel, "rating");
    this.#problem = slot(panel, "problem");
    slot(panel, "again").addEventListener("click", onStartAgain);
    slot(panel, "download").addEventListener("click", () => this.#download());
    this.#rating.addEventListener("change", () => this.#chosen());
    this.#rating.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#rate();
    });
  }

  // `wantsFocus`: it has just ended; not: it was opened as an ended one.
  open({ wantsFocus }) {
    if (!this.#panel.hidden) return;
    this.#api = new Api({ token: this.#visit.current.token });
    this.#rating.reset();
    this.#chosen();
    this.#rated(this.#visit.current.rated);
    this.#report("");
    show(this.#panel);
    if (wantsFocus) focusOn(slot(this.#panel, "heading"));
  }

  close() {
    show(this.#panel, false);
  }

  get #path() {
    return `chat/contacts/${this.#visit.current.contact}/`;
  }

  #chosen() {
    show(slot(this.#rating, "more"), this.#rating.elements.score.value !== "");
  }

  async #rate() {
    const { score, comment } = this.#rating.elements;
    const rating = { score: Number(score.value) };
    if (comment.value.trim()) rating.comment = comment.value.trim();
    try {
      await this.#api.post(`${this.#path}rating/`, rating);
    } catch (error) {
      return this.#report(error.detail || say("rating-failed"));
    }
    this.#visit.rated();
    this.#report("");
    this.#rated(true);
    focusOn(slot(this.#panel, "thanks"));
  }

  #rated(isRated) {
    show(this.#rating, !isRated);
    show(slot(this.#panel, "thanks"), isRated);
  }

  async #download() {
    this.#report("");
    try {
      const { blob, name } = await this.#api.download(`${this.#path}transcript/`);
      save(blob, name ?? "transcript.txt");
    } catch (error) {
      this.#report(error.detail || say("download-failed"));
    }
  }

  #report(text) {
    setText(this.#problem, text);
    show(this.#problem, text !== "");
  }
}
