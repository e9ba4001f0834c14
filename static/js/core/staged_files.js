// The files of a message that is being written: picked, dropped or pasted, each on
// its way or checked, listed above the editor. Give it the <form> of
// contacts/_composer.html.
//
//   const files = new StagedFiles({
//     form, api, path: `contacts/${contact}/attachments/`,
//     dropZone: element, draftKey, onChange: () => {},
//   });
//   files.ready;       // [Attachment], to be sent
//   files.isBusy;      // some are on their way
//   files.isPending;   // so, or some failed that can be tried again
//   files.taken();     // they were sent: only the troubled stay
//   files.restore([Attachment]);
//   files.rest(true);  // what is written now takes none: they wait, unseen
import { clone, fill, show, slot } from "./dom.js";
import { sentence } from "./refusal.js";
import { sizeInWords } from "./sizes.js";
import * as store from "./store.js";
import { say, sayCount } from "./words.js";

const MOST = 10;
const AT_ONCE = 2;

export class StagedFiles {
  #form;
  #list;
  #button;
  #picker;
  #api;
  #path;
  #key;
  #onChange;
  #isResting = false;
  #entries = []; // { file, attachment, state, row, stop }

  constructor({ form, api, path, dropZone, draftKey, onChange }) {
    this.#form = form;
    this.#list = slot(form, "files");
    this.#button = slot(form, "attach");
    this.#picker = slot(form, "picker");
    this.#api = api;
    this.#path = path;
    this.#key = draftKey;
    this.#onChange = onChange;
    this.#button.addEventListener("click", () => this.#picker.click());
    this.#picker.addEventListener("change", () => this.#picked());
    slot(form, "editor").addEventListener("paste", (event) => this.#pasted(event));
    this.#takeDrops(dropZone);
    this.restore(store.read(draftKey) ?? []);
  }

  get ready() {
    return this.#in("staged").map(({ attachment }) => attachment);
  }

  get isBusy() {
    return this.#in("waiting").length + this.#in("uploading").length > 0;
  }

  // Some are not here yet, and may still come.
  get isPending() {
    return this.isBusy || this.#in("failed").length > 0;
  }

  taken() {
    for (const entry of this.#in("staged")) this.#drop(entry);
  }

  forget() {
    for (const entry of [...this.#entries]) this.#remove(entry);
  }

  rest(isResting) {
    this.#isResting = isResting;
    this.#changed();
  }

  restore(attachments) {
    for (const attachment of attachments) {
      const entry = this.#entry({ name: attachment.name, size: attachment.size });
      entry.attachment = attachment;
      this.#show(entry, "staged");
    }
  }

  #in(state) {
    return this.#entries.filter((entry) => entry.state === state);
  }

  // --- on their way in ------------------------------------------------------------
  #picked() {
    this.#add([...this.#picker.files]);
    this.#picker.value = "";
  }

  #pasted(event) {
    const { files: pasted = [], types = [] } = event.clipboardData ?? {};
    const files = [...pasted];
    // What comes from an office has a picture of the text beside the text.
    if (!files.length || types.includes("text/plain") || !this.#isOpen) return;
    event.preventDefault();
    this.#add(files);
  }

  #takeDrops(zone) {
    const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");
    zone.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      zone.dataset.dropping = this.#isOpen;
    });
    zone.addEventListener("dragleave", (event) => {
      if (!zone.contains(event.relatedTarget)) delete zone.dataset.dropping;
    });
    zone.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      delete zone.dataset.dropping;
      if (this.#isOpen) this.#add([...event.dataTransfer.files]);
    });
  }

  get #isOpen() {
    return !this.#button.hidden && !this.#button.disabled;
  }

  #add(files) {
    for (const file of files) {
      const entry = this.#entry(file);
      entry.file = file;
      const isOneTooMany = this.#entries.filter(({ state }) => state !== "refused").length > MOST;
      if (isOneTooMany) this.#show(entry, "refused", sayCount("file-too-many", MOST, { name: file.name }));
      else this.#show(entry, "waiting");
    }
    this.#pump();
  }

  #pump() {
    const free = AT_ONCE - this.#in("uploading").length;
    for (const entry of this.#in("waiting").slice(0, Math.max(0, free))) this.#upload(entry);
  }

  async #upload(entry) {
    const stopper = new AbortController();
    entry.stop = () => stopper.abort();
    this.#show(entry, "uploading");
    try {
      const [attachment] = await this.#api.upload(this.#path, entry.file, {
        signal: stopper.signal,
        onProgress: (share) => this.#progress(entry, share),
      });
      this.#checked(entry, attachment);
    } catch (error) {
      if (!stopper.signal.aborted) this.#failed(entry, error);
    }
    this.#pump();
  }

  #progress(entry, share) {
    slot(entry.row, "progress").value = share;
    if (share === 1) fill(entry.row, { state: say("file-checking") });
  }

  #checked(entry, attachment) {
    entry.attachment = attachment;
    const { name, reason, status } = attachment;
    this.#call(entry, name); // as it is kept: a number in it was hidden
    if (status === "staged") this.#show(entry, "staged");
    else this.#show(entry, "refused", say(`file-blocked-${reason}`, { name }));
  }

  // What may go well the next time can be tried again.
  #failed(entry, error) {
    const isPassing = error.status === 0 || error.status === 429 || error.status >= 500;
    const why = error.status ? sentence(error) : say("file-unreachable", { name: entry.name });
    this.#show(entry, isPassing ? "failed" : "refused", why);
  }

  // --- the list ----------------------------------------------------------------------
  #entry({ name, size }) {
    const row = fill(clone("staged-file"), { size: sizeInWords(size) });
    const entry = { name, row, file: null, attachment: null, state: "", stop: () => {} };
    this.#call(entry, name);
    slot(row, "remove").addEventListener("click", () => this.#remove(entry));
    slot(row, "retry").addEventListener("click", () => {
      this.#show(entry, "waiting");
      this.#pump();
    });
    this.#entries.push(entry);
    this.#list.append(row);
    return entry;
  }

  #call(entry, name) {
    entry.name = name;
    fill(entry.row, { name });
    slot(entry.row, "remove").ariaLabel = say("file-remove", { name });
    slot(entry.row, "retry").ariaLabel = say("file-retry", { name });
  }

  #show(entry, state, problem = "") {
    entry.state = state;
    entry.row.dataset.state = state;
    const isOnItsWay = state === "waiting" || state === "uploading";
    fill(entry.row, { problem, state: isOnItsWay ? say("file-sending") : "" });
    show(slot(entry.row, "problem"), problem !== "");
    show(slot(entry.row, "progress"), isOnItsWay);
    show(slot(entry.row, "retry"), state === "failed");
    this.#changed();
  }

  #remove(entry) {
    entry.stop();
    const hadFocus = entry.row.contains(document.activeElement);
    this.#drop(entry);
    this.#takeBack(entry.attachment);
    this.#pump();
    if (hadFocus) slot(this.#form, "editor").focus();
  }

  // Where this fails the server deletes the file a day later.
  #takeBack(attachment) {
    if (!attachment) return;
    const base = this.#path.replace(/contacts\/.*/, ""); // the customer's: "chat/"
    this.#api.delete(base + attachment.url).catch(() => {});
  }

  #drop(entry) {
    entry.row.remove();
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#changed();
  }

  #changed() {
    show(this.#list, this.#entries.length > 0 && !this.#isResting);
    if (this.ready.length) store.write(this.#key, this.ready);
    else store.remove(this.#key);
    this.#onChange();
  }
}
