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
//   composer.hasFilesPending      // files that are not here yet, and may still come
//   composer.offerFiles(false);   // no button for files: they are switched off
//   composer.insert(text);        // at the caret
//   composer.prepend(text);       // before what is there, on lines of its own
//   composer.become({ draftKey, placeholder, takesFiles });   // another text is
//                                                             // written now
//   composer.take({ text, attachments });   // what was not sent comes back
//
// Files go along where the form has a button for them: see staged_files.js, which
// gets `api`, `path` and `dropZone`; `onSend(text, attachments)`.
import { show, slot } from "./dom.js";
import { isComposing } from "./keys.js";
import { StagedFiles } from "./staged_files.js";
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
  #files;
  #takesFiles = true;

  constructor({ form, draftKey, onSend, onInput = () => {}, onSlash = () => false, ...files }) {
    this.#form = form;
    this.#editor = slot(form, "editor");
    this.#problem = slot(form, "problem");
    this.#problem.id = `${draftKey}.problem`;
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
    this.#files = new StagedFiles({
      form,
      draftKey: `${draftKey}.files`,
      onChange: () => show(slot(form, "busy"), false),
      ...files,
    });
    this.#refresh();
  }

  open(isOpen) {
    slot(this.#form, "attach").disabled = !isOpen || !this.#takesFiles;
    this.#editor.disabled = !isOpen;
    this.#editor.placeholder = this.#form.dataset[isOpen ? "open" : "closed"];
    slot(this.#form, "send").disabled = !isOpen;
  }

  // Whether files may be sent here at all, which may change at any time.
  offerFiles(areOffered) {
    const button = slot(this.#form, "attach");
    const hadFocus = button === document.activeElement;
    show(button, areOffered);
    if (hadFocus && !areOffered) this.focus();
  }

  get isEmpty() {
    return this.#editor.value.trim() === "" && this.#attached.length === 0;
  }

  get hasFilesPending() {
    return this.#files.isPending;
  }

  get #attached() {
    return this.#takesFiles ? this.#files.ready : [];
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

  become({ draftKey, placeholder, takesFiles }) {
    this.#draftKey = draftKey;
    this.#form.dataset.open = this.#editor.placeholder = placeholder;
    this.#editor.value = store.read(draftKey) ?? "";
    this.#takesFiles = takesFiles;
    this.#files.rest(!takesFiles);
    this.open(!this.#editor.disabled);
    this.#refresh();
  }

  take({ text, attachments }) {
    this.#files.restore(attachments);
    this.insert(text);
  }

  // The conversation is over: nothing is left to be said.
  forget() {
    this.#clear();
    this.#files.forget();
  }

  #clear() {
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
    const isTooMuch = length(text) > LIMIT || this.#editor.disabled;
    if (this.isEmpty || isTooMuch || this.#isHeld()) return this.focus();
    const attachments = this.#attached;
    this.#clear();
    if (this.#takesFiles) this.#files.taken();
    this.#onSend(text, attachments);
    this.focus();
  }

  // Files that are on their way belong to this message.
  #isHeld() {
    const isBusy = this.#takesFiles && this.#files.isBusy;
    show(slot(this.#form, "busy"), isBusy);
    return isBusy;
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
    if (isTooLong) this.#editor.setAttribute("aria-describedby", this.#problem.id);
    else this.#editor.removeAttribute("aria-describedby");
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
