// The files of messages: a chip with name and size that fetches the file, and a
// preview of pictures. The page includes contacts/_transcript_rows.html.
//
//   const chips = new FileChips({ api, base: "" });    // the customer: "chat/"
//   chips.fill(row, message.attachments);
import { clone, fill, show, slot, whileBusy } from "./dom.js";
import { save } from "./save.js";
import { sentence } from "./refusal.js";
import { sizeInWords } from "./sizes.js";
import { say } from "./words.js";

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const LARGEST_PREVIEW = 12 * 1024 * 1024; // bytes

export class FileChips {
  #api;
  #base;
  #previews = new Map(); // id -> promise of an address of the blob
  #seen = new IntersectionObserver((entries) => this.#look(entries), { rootMargin: "200px" });

  constructor({ api, base = "" }) {
    this.#api = api;
    this.#base = base;
  }

  fill(row, files) {
    const list = slot(row, "files");
    list.replaceChildren(...files.map((file) => this.#chip(file)));
    show(list, files.length > 0);
  }

  #chip(file) {
    const chip = fill(clone("file-chip"), { name: file.name, size: sizeInWords(file.size) });
    const button = slot(chip, "fetch");
    button.ariaLabel = say("file-fetch", { name: file.name, size: sizeInWords(file.size) });
    button.addEventListener("click", () => this.#fetch(chip, file));
    if (file.status !== "sent") button.disabled = true;
    else if (PICTURES.has(file.content_type) && file.size <= LARGEST_PREVIEW) this.#preview(chip, file);
    return chip;
  }

  #fetch(chip, file) {
    return whileBusy([slot(chip, "fetch")], async () => {
      this.#report(chip, "");
      try {
        const { blob } = await this.#api.download(this.#base + file.url);
        save(blob, file.name);
      } catch (error) {
        this.#report(chip, say("file-failed", { name: file.name, why: sentence(error) }));
      }
    });
  }

  #report(chip, text) {
    fill(chip, { problem: text });
    show(slot(chip, "problem"), text !== "");
  }

  // The place is kept free, so that nothing moves when the picture comes.
  #preview(chip, file) {
    const picture = slot(chip, "picture");
    picture.alt = file.name;
    show(picture);
    picture.dataset.url = file.url;
    this.#seen.observe(picture);
  }

  #look(entries) {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      this.#seen.unobserve(target);
      this.#draw(target).catch(() => show(target, false));
    }
  }

  async #draw(picture) {
    const { url } = picture.dataset;
    if (!this.#previews.has(url)) {
      const fetched = this.#api.download(this.#base + url);
      this.#previews.set(url, fetched.then(({ blob }) => URL.createObjectURL(blob)));
    }
    picture.src = await this.#previews.get(url);
  }
}
