// The panel that holds the chat page: beside the launcher, or all of a small screen.
import { element, icon } from "./dom.js";

const CROSS = "m7 7 10 10m0-10L7 17";
const SMALL = window.matchMedia("(width < 480px), (height < 480px)");
const MAGNIFIED = 1.1; // by the fingers, not by a keyboard

export class Panel {
  #dialog;
  #bar;
  #trouble;
  #isModal = false;

  constructor({ label, address, say, onClose }) {
    this.#bar = bar(onClose, say);
    this.#trouble = trouble(address, say);
    this.#dialog = element(
      "dialog",
      { class: "panel", id: "panel", "aria-label": label },
      ...[this.#bar, this.#trouble],
    );
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      onClose();
    });
    SMALL.addEventListener("change", () => this.#dialog.open && this.open());
    window.visualViewport?.addEventListener("resize", () => this.#fit());
    window.visualViewport?.addEventListener("scroll", () => this.#fit());
  }

  get element() {
    return this.#dialog;
  }

  // On a small screen the rest of the page cannot be reached. Beside it, it can, and
  // nothing takes the focus: `show()` would.
  open() {
    const isModal = SMALL.matches;
    if (this.#dialog.open && this.#isModal === isModal) return;
    if (this.#dialog.open) this.#dialog.close();
    this.#isModal = isModal;
    this.#fit();
    if (isModal) this.#dialog.showModal();
    else this.#dialog.setAttribute("open", "");
  }

  close() {
    if (this.#dialog.open) this.#dialog.close();
  }

  // The page has a head of its own, with a button that closes.
  ready() {
    this.#bar.hidden = true;
    this.#trouble.hidden = true;
  }

  failed() {
    this.#bar.hidden = false;
    this.#trouble.hidden = false;
  }

  // Keyboards of phones cover what is below without telling the page's layout.
  #fit() {
    const { height = 0, offsetTop = 0, scale = 1 } = window.visualViewport ?? {};
    const isPlain = !this.#isModal || height === 0 || scale > MAGNIFIED;
    this.#dialog.style.setProperty("--top", isPlain ? "0" : `${offsetTop}px`);
    this.#dialog.style.setProperty("--height", isPlain ? "100%" : `${height}px`);
  }
}

function bar(onClose, say) {
  const button = element("button", { type: "button", class: "panel__close" }, icon(CROSS, "cross"));
  button.setAttribute("aria-label", say("close"));
  button.addEventListener("click", onClose);
  return element("div", { class: "panel__bar" }, button);
}

function trouble(address, say) {
  const link = element("a", { href: address, target: "_blank", rel: "noopener" });
  link.append(say("window"));
  const text = element("p", { role: "status" }, `${say("trouble")} `, link);
  return element("div", { class: "panel__trouble", hidden: "" }, text);
}
