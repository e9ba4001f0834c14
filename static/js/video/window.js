// The window of a video call: it floats above the page, and can be moved by pointer and
// by keyboard. What its buttons do, the call says.
import { clone, fill, setText, show, slot } from "../core/dom.js";
import { report } from "../core/refusal.js";

const STEP = 24; // pixels, of an arrow key
const MOST = 0.5; // of what has the focus
const STILL = 4; // pixels: a press that moves no further is no drag
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class VideoWindow {
  element = clone("video-window");
  #opener = document.activeElement;
  #place = { x: 0, y: 0 };
  #stop = new AbortController();
  #size = new ResizeObserver(() => this.#move(0, 0));

  // `name`: with whom. `on`: what each button does, by its data-video.
  constructor({ name, on }) {
    fill(this.element, { name });
    this.element.setAttribute("aria-label", slot(this.element, "title").textContent.replace(/\s+/g, " ").trim());
    for (const button of this.element.querySelectorAll("[data-video]")) {
      button.addEventListener("click", () => on[button.dataset.video]?.(button));
    }
    this.#movable();
    document.body.append(this.element);
    const { signal } = this.#stop;
    window.addEventListener("resize", () => this.#move(0, 0), { signal });
    document.addEventListener("focusin", ({ target }) => this.#giveWay(target), { signal });
    this.#size.observe(this.element);
  }

  part(name) {
    return slot(this.element, name);
  }

  button(name) {
    return this.element.querySelector(`[data-video="${name}"]`);
  }

  focus() {
    this.button("end").focus();
  }

  press(name, isOn) {
    this.button(name).setAttribute("aria-pressed", isOn);
  }

  offer(name, isThere) {
    show(this.button(name), isThere);
  }

  say(text) {
    setText(this.part("status"), text);
  }

  problem(text) {
    report(this.part("problem"), text);
  }

  warn(text) {
    report(this.part("quality"), text);
  }

  // Return whether the focus was in it, and give it back to where it came from.
  close() {
    const hadFocus = this.element.contains(document.activeElement);
    this.#stop.abort();
    this.#size.disconnect();
    this.element.remove();
    const opener = this.#opener;
    if (hadFocus && opener?.isConnected && opener.checkVisibility()) opener.focus();
    return hadFocus;
  }

  #movable() {
    const handle = this.part("handle");
    handle.addEventListener("pointerdown", (event) => this.#drag(handle, event));
    this.button("move").addEventListener("keydown", (event) => {
      const arrow = ARROWS[event.key];
      if (!arrow) return;
      event.preventDefault();
      this.#move(arrow[0] * STEP, arrow[1] * STEP);
    });
    // By keyboard, or whatever presses it without a pointer.
    this.button("move").addEventListener("click", ({ detail }) => detail === 0 && this.#toNextCorner());
  }

  #drag(handle, event) {
    if (event.button !== 0 || event.target.closest("[data-video]:not([data-video=move])")) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    const onButton = event.target.closest("[data-video=move]") !== null;
    const listening = new AbortController();
    const { signal } = listening;
    let way = 0;
    const move = ({ movementX: x, movementY: y }) => {
      way += Math.abs(x) + Math.abs(y);
      this.#move(x, y);
    };
    handle.addEventListener("pointermove", move, { signal });
    handle.addEventListener("pointercancel", () => listening.abort(), { signal });
    handle.addEventListener("pointerup", () => {
      listening.abort();
      if (onButton && way < STILL) this.#toNextCorner();
    }, { signal });
  }

  // Without dragging: clockwise, from the corner that is nearest.
  #toNextCorner() {
    const corners = this.#corners();
    const distance = ([x, y]) => Math.abs(x) + Math.abs(y);
    const nearest = corners.reduce((best, corner) => (distance(corner) < distance(best) ? corner : best));
    this.#move(...corners[(corners.indexOf(nearest) + 1) % corners.length]);
  }

  // What has the focus is seen: where most of it lies below the window, that goes to
  // the corner in which it is least in the way.
  #giveWay(element) {
    if (this.element.contains(element)) return;
    const own = this.element.getBoundingClientRect();
    const box = element.getBoundingClientRect();
    const covered = (way) => overlap(own, box, way) / (box.width * box.height);
    if (covered([0, 0]) < MOST) return;
    const ways = this.#corners();
    const best = ways.reduce((least, way) => (covered(way) < covered(least) ? way : least));
    if (covered(best) < covered([0, 0])) this.#move(...best);
  }

  // The ways from here to the corners of the page, clockwise.
  #corners() {
    const box = this.element.getBoundingClientRect();
    const [left, right] = [-box.left, window.innerWidth - box.right];
    const [top, bottom] = [-box.top, window.innerHeight - box.bottom];
    return [[left, top], [right, top], [right, bottom], [left, bottom]];
  }

  // It never leaves the page.
  #move(x, y) {
    const box = this.element.getBoundingClientRect();
    const dx = within(x, -box.left, window.innerWidth - box.right);
    const dy = within(y, -box.top, window.innerHeight - box.bottom);
    this.#place = { x: this.#place.x + dx, y: this.#place.y + dy };
    this.element.style.translate = `${this.#place.x}px ${this.#place.y}px`;
  }
}

// The wanted step, as far as there is room; a window that is too large stays at its start.
function within(wanted, least, most) {
  return least > most ? least : Math.min(most, Math.max(least, wanted));
}

// How much of the one box lies below the other, were that moved by a way.
function overlap(above, below, [x, y]) {
  const width = Math.min(above.right + x, below.right) - Math.max(above.left + x, below.left);
  const height = Math.min(above.bottom + y, below.bottom) - Math.max(above.top + y, below.top);
  return Math.max(0, width) * Math.max(0, height);
}
