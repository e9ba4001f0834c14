// The sheet of scores: in a group, 1 to 5 scores and goes on to the next one, 0 is "Not
// applicable"; nobody leaves with something unsaved without being asked.
const LEFT_OUT = "none";

export class Sheet {
  #form;
  #isChanged = false;

  constructor(form) {
    this.#form = form;
    form.addEventListener("keydown", (event) => this.#key(event));
    form.addEventListener("input", () => (this.#isChanged = true));
    form.addEventListener("submit", () => (this.#isChanged = false));
    window.addEventListener("beforeunload", (event) => {
      if (this.#isChanged) event.preventDefault();
    });
    form.querySelector(".scale .field__error")?.closest(".scale").querySelector("input").focus();
  }

  #key(event) {
    const { key, target, altKey, ctrlKey, metaKey } = event;
    const group = target.closest("[data-scale]");
    if (!group || altKey || ctrlKey || metaKey || !/^[0-5]$/.test(key)) return;
    event.preventDefault();
    const value = key === "0" ? LEFT_OUT : key;
    const step = group.querySelector(`input[value="${value}"]`);
    if (!step) return;
    step.checked = true;
    this.#isChanged = true;
    this.#next(group).focus();
  }

  // The group after this one; after the last the comment.
  #next(group) {
    const groups = [...this.#form.querySelectorAll("[data-scale]")];
    const next = groups[groups.indexOf(group) + 1];
    if (!next) return this.#form.querySelector("textarea");
    return next.querySelector("input:checked") ?? next.querySelector("input");
  }
}
