// The window of a video call: it floats above the page, and can be moved by pointer and
// by keyboard. What its buttons do, the call says.
import { clone, fill, setText, show, slot } from "../core/dom.js";
import { report } from "../core/refusal.js";

const STEP = 24; // pixels, of an arrow key
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
    window.addEventListener("resize", () => this.#move(0, 0), { signal: this.#stop.signal });
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
  }

  #drag(handle, event) {
    if (event.button !== 0 || event.target.closest("[data-video]:not([data-video=move])")) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    const listening = new AbortController();
    const { signal } = listening;
    handle.addEventListener("pointermove", ({ movementX, movementY }) => this.#move(movementX, movementY), { signal });
    for (const end of ["pointerup", "pointercancel"]) {
      handle.addEventListener(end, () => listening.abort(), { signal });
    }
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
