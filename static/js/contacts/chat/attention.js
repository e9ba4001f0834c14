// What arrived while nobody looked: counted in the title of the tab and on the
// widget's button, heard where that is wanted, and reported as read once somebody does.
import * as store from "../../core/store.js";
import { host } from "./host.js";
import { play } from "./sound.js";

const isSaid = ({ kind }) => kind !== "event";

export class Attention {
  #title = document.title;
  #key;
  #unread = new Set(); // numbers of lines
  #onLook;
  #stop = new AbortController();

  // `onLook()`: the page is visible, everything shown counts as read.
  constructor({ contact, onLook }) {
    const { signal } = this.#stop;
    const look = () => this.#look();
    this.#key = `read.${contact}`;
    this.#onLook = onLook;
    document.addEventListener("visibilitychange", look, { signal });
    host.on("open", look, signal);
    // Another tab shows the chat, too.
    store.onChangeElsewhere((key) => key === this.#key && !signal.aborted && this.#draw());
  }

  stop() {
    this.#stop.abort();
    document.title = this.#title;
  }

  forget() {
    store.remove(this.#key);
    host.unread(0);
  }

  // Lines of others that are new on this page; what was read before a reload is not.
  arrived(messages) {
    const said = messages.filter(isSaid);
    for (const { seq } of said) this.#unread.add(seq);
    this.#look();
    if (said.length > 0 && !this.#isSeen) play(`${this.#key}.${said.at(-1).seq}`);
  }

  get #isSeen() {
    return !document.hidden && host.isOpen;
  }

  #look() {
    if (this.#isSeen) {
      if (this.#unread.size > 0) store.write(this.#key, Math.max(...this.#unread));
      this.#unread.clear();
      this.#onLook();
    }
    this.#draw();
  }

  #draw() {
    const read = store.read(this.#key) ?? 0;
    const count = [...this.#unread].filter((seq) => seq > read).length;
    document.title = count ? `(${count}) ${this.#title}` : this.#title;
    host.unread(count);
  }
}
