// A session ends when nobody has worked for long, and at the latest some days after its
// sign-in. People are told in time, and stay signed in with one press; where it has
// ended, the page says so.
import { Deadline } from "../core/deadline.js";
import { focusOn, setText, show, slot, whileBusy } from "../core/dom.js";
import { minutes } from "../core/time.js";
import { say } from "../core/words.js";
import { Signing } from "./signing.js";

const LOOK_EVERY = 1_000; // milliseconds, at the clocks of the browser alone
const NEWS_FOR = 30_000; // milliseconds
const ASK_EVERY = 10_000; // milliseconds, while the end is near or over: another tab may have put it off

class SessionEnd {
  #notice;
  #news; // on the page only while there may be some: pages have a status of their own
  #signing;
  #warned; // milliseconds before the end
  #deadline;
  #state = "far"; // then near or last, and over
  #isAsking = false;
  #mayAsk = new Deadline(0);
  #before = null; // what had the focus

  constructor(content) {
    this.#notice = content.querySelector("[data-session-end]");
    this.#news = slot(content, "session-news");
    this.#news.remove();
    const { sessionEnd: address, person, seconds, warned } = this.#notice.dataset;
    this.#signing = new Signing({ address, person });
    this.#warned = Number(warned) * 1000;
    this.#deadline = new Deadline(Number(seconds) * 1000);
    prepend(content, document.body);
    const { pathname, search } = window.location;
    slot(this.#notice, "sign-in").search = new URLSearchParams({ next: pathname + search });
    slot(this.#notice, "stay").addEventListener("submit", (event) => this.#stay(event));
    this.#notice.addEventListener("focusin", ({ relatedTarget: from }) => {
      if (from && !this.#notice.contains(from)) this.#before = from;
    });
    new ResizeObserver(() => this.#makeRoom()).observe(this.#notice);
    setInterval(() => this.#look(), LOOK_EVERY);
    const back = () => document.hidden || this.#state === "far" || this.#ask();
    document.addEventListener("visibilitychange", back);
    window.addEventListener("focus", back);
  }

  #look() {
    const isDue = this.#state === "over" || this.#deadline.left <= this.#warned;
    if (isDue && this.#mayAsk.left <= 0) this.#ask();
    if (this.#state === "far") return;
    this.#place();
    this.#count();
  }

  #count() {
    setText(slot(this.#notice, "time"), minutes(this.#deadline.left));
  }

  // The session may have been used elsewhere since: the server knows.
  async #ask() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#mayAsk = new Deadline(ASK_EVERY);
    try {
      this.#take(await this.#signing.left());
    } catch {
      // Nobody can tell now.
    } finally {
      this.#isAsking = false;
    }
  }

  async #stay(event) {
    event.preventDefault();
    await whileBusy([event.submitter], async () => {
      try {
        const answer = await this.#signing.stay();
        if (answer) setText(this.#news, say("session-stayed"));
        this.#take(answer);
      } catch {
        setText(slot(this.#notice, "said"), say("session-failed"));
      }
    });
  }

  // null: the person of the page is not signed in any more.
  #take(answer) {
    if (answer) this.#deadline = new Deadline(answer.seconds_left * 1000);
    if (this.#state === "over" && answer) this.#signing.renewForms();
    if (!answer) this.#become("over");
    else if (this.#deadline.left > this.#warned) this.#become("far");
    else this.#become(answer.may_stay ? "near" : "last");
  }

  #become(state) {
    if (state === this.#state) return;
    this.#state = state;
    if (state === "far") setTimeout(() => this.#forget(), NEWS_FOR);
    else this.#expectNews();
    const hadFocus = this.#notice.contains(document.activeElement);
    // The desk says itself, with all that it needs to go on, that nobody is signed in.
    const isSaid = state === "over" && document.querySelector("[data-dialog='signed-out']");
    show(this.#notice, state !== "far" && !isSaid);
    show(slot(this.#notice, "stay"), state === "near");
    show(slot(this.#notice, "left"), state !== "over");
    show(slot(this.#notice, "sign-in"), state === "over");
    this.#count();
    this.#place();
    setText(slot(this.#notice, "said"), state === "far" ? "" : say(`session-${state}`));
    if (hadFocus && !document.activeElement?.checkVisibility()) this.#giveFocusBack();
  }

  // What is to be read out has to be there before it says something.
  #expectNews() {
    setText(this.#news, "");
    if (!this.#news.isConnected) document.body.append(this.#news);
  }

  #forget() {
    if (this.#state === "far") this.#news.remove();
  }

  #giveFocusBack() {
    if (this.#state === "over" && !this.#notice.hidden) slot(this.#notice, "sign-in").focus();
    else if (this.#before?.isConnected) this.#before.focus();
    else focusOn(document.querySelector("main") ?? document.body);
  }

  // Beside an open dialog nothing can be reached: the notice goes into it.
  #place() {
    const home = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
    if (this.#notice.parentElement !== home) prepend(this.#notice, home);
    this.#makeRoom();
  }

  // What has the focus is not to lie below the notice.
  #makeRoom() {
    const isAbove = !this.#notice.hidden && this.#notice.parentElement === document.body;
    const height = isAbove ? this.#notice.offsetHeight : 0;
    document.documentElement.style.setProperty("--session-end", `${height}px`);
  }
}

// A link that leads past all that is no content stays the first.
function prepend(node, home) {
  const skip = home.querySelector(":scope > .skip-to-content-link");
  if (skip) skip.after(node);
  else home.prepend(node);
}

const template = document.getElementById("session-end");
new SessionEnd(document.importNode(template.content, true));
