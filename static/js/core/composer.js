// The editor of a message: Return sends, Shift+Return is a new line, it grows
// with its text, and a draft survives a reload. Give it the <form> of
// contacts/_composer.html.
//
//   const composer = new Composer({
//     form, draftKey: `draft.agent-${me.id}.${contact}`,
//     onSend: (text) => outbox.add(text),
//     onInput: (text) => typing.typed(!text),
//     onSlash: () => responses.open(), // a "/" in the empty editor; whether it is taken
//   });
//   composer.open(false);         // closed: nothing can be typed
//   composer.insert(text);        // at the caret
//   composer.prepend(text);       // before what is there, on lines of its own
//   composer.become(draftKey, placeholder);   // another text is written now, with a
//                                             // draft of its own
import { show, slot } from "./dom.js";
import { isComposing } from "./keys.js";
import * as store from "./store.js";

const LIMIT = 8_000;
const GROWS_BY_ITSELF = CSS.supports("field-sizing", "content");

export class Composer {
  #form;
  #editor;
  #problem;
  #draftKey;
  #onSend;
  #onInput;
  #onSlash;

  constructor({ form, draftKey, onSend, onInput = () => {}, onSlash = () => false }) {
    this.#form = form;
    this.#editor = slot(form, "editor");
    this.#problem = slot(form, "problem");
    this.#draftKey = draftKey;
    this.#onSend = onSend;
    this.#onInput = onInput;
    this.#onSlash = onSlash;
    this.#editor.value = store.read(draftKey) ?? "";
    this.#editor.addEventListener("keydown", (event) => this.#key(event));
    this.#editor.addEventListener("input", () => this.#changed());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#refresh();
  }

  open(isOpen) {
    this.#editor.disabled = !isOpen;
    this.#editor.placeholder = this.#form.dataset[isOpen ? "open" : "closed"];
    slot(this.#form, "send").disabled = !isOpen;
  }

  get isEmpty() {
    return this.#editor.value.trim() === "";
  }

  get text() {
    return this.#editor.value;
  }

  focus() {
    this.#editor.focus();
  }

  // As if it was typed, so that it can be undone, where the browser knows how.
  insert(text) {
    this.focus();
    if (!text || document.execCommand("insertText", false, text)) return;
    const { selectionStart, selectionEnd } = this.#editor;
    this.#editor.setRangeText(text, selectionStart, selectionEnd, "end");
    this.#changed();
  }

  prepend(text) {
    this.#editor.value = [text, this.#editor.value].filter(Boolean).join("\n");
    this.#changed();
    this.focus();
  }

  become(draftKey, placeholder) {
    this.#draftKey = draftKey;
    this.#form.dataset.open = this.#editor.placeholder = placeholder;
    this.#editor.value = store.read(draftKey) ?? "";
    this.#refresh();
  }

  // The conversation is over: nothing is left to be said.
  forget() {
    this.#editor.value = "";
    store.remove(this.#draftKey);
    this.#refresh();
  }

  #key(event) {
    if (isComposing(event)) return;
    if (event.key === "/" && this.#isSlash(event) && this.#onSlash()) event.preventDefault();
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.#submit();
  }

  #isSlash({ ctrlKey, altKey, metaKey }) {
    return this.#editor.value === "" && !ctrlKey && !altKey && !metaKey;
  }

  #submit() {
    const text = this.#editor.value.trim();
    if (!text || length(text) > LIMIT || this.#editor.disabled) return this.focus();
    this.forget();
    this.#onSend(text);
    this.focus();
  }

  #changed() {
    store.write(this.#draftKey, this.#editor.value);
    this.#refresh();
    this.#onInput(this.#editor.value.trim());
  }

  #refresh() {
    const isTooLong = length(this.#editor.value.trim()) > LIMIT;
    show(this.#problem, isTooLong);
    this.#editor.setAttribute("aria-invalid", isTooLong);
    if (!GROWS_BY_ITSELF) this.#grow();
  }

  #grow() {
    this.#editor.style.setProperty("--composer-height", "auto");
    const height = `${this.#editor.scrollHeight + 2}px`;
    this.#editor.style.setProperty("--composer-height", height);
  }
}

// Characters as the server counts them: a pictograph is one.
function length(text) {
  return text.length <= LIMIT ? text.length : [...text].length;
}
