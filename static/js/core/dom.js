// Markup lives in templates; scripts clone it and fill its slots with text.
//
//   <template id="card-row"><li><b data-slot="name"></b></li></template>
//   const row = fill(clone("card-row"), { name: "Dora" });

export function clone(id) {
  const template = document.getElementById(id);
  return document.importNode(template.content, true).firstElementChild;
}

export function slot(root, name) {
  return root.querySelector(`[data-slot="${name}"]`);
}

export function fill(root, texts) {
  for (const [name, text] of Object.entries(texts)) {
    for (const place of root.querySelectorAll(`[data-slot="${name}"]`)) {
      setText(place, text);
    }
  }
  return root;
}

// Several clones in one page need different ids: data-id="note" becomes
// note-<suffix>, and data-for and data-describedby point to it.
export function identify(root, suffix) {
  const named = (name) => `${name}-${suffix}`;
  for (const element of root.querySelectorAll("[data-id]")) {
    element.id = named(element.dataset.id);
  }
  for (const label of root.querySelectorAll("[data-for]")) {
    label.htmlFor = named(label.dataset.for);
  }
  for (const element of root.querySelectorAll("[data-describedby]")) {
    element.setAttribute("aria-describedby", named(element.dataset.describedby));
  }
  return root;
}

// Write only what changed: a live region stays silent, a selection survives.
export function setText(element, text) {
  const wanted = text == null ? "" : String(text);
  if (element.textContent !== wanted) element.textContent = wanted;
}

// The choices of a <select>, {id, name} each; what is chosen stays where it is there still.
export function setOptions(select, choices) {
  const wanted = JSON.stringify(choices.map(({ id, name }) => [String(id), name]));
  const there = Array.from(select.options, (option) => [option.value, option.textContent]);
  if (wanted === JSON.stringify(there)) return;
  const { value } = select;
  select.replaceChildren(...choices.map(({ id, name }) => new Option(name, id)));
  if (choices.some(({ id }) => String(id) === value)) select.value = value;
}

export function show(element, visible = true) {
  if (element.hidden === visible) element.hidden = !visible;
}

const FOCUSABLE =
  "button:not(:disabled), [href], input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex]:not([tabindex='-1'])";

// Focus the first control in `root` that can be seen; else `root` itself.
export function focusFirst(root) {
  const first = [...root.querySelectorAll(FOCUSABLE)].find((el) => el.checkVisibility());
  (first ?? root).focus();
}

// Focus a heading or region that is not in the tab order.
export function focusOn(element) {
  if (!element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

// Run `change`; where it removed the focused element, focus `fallback`.
export function keepFocus(change, fallback) {
  const before = document.activeElement;
  change();
  if (before && before !== document.body && !before.isConnected) focusOn(fallback);
}

// Run a command, one at a time. The buttons are dimmed meanwhile but keep the
// focus, which `disabled` would take away.
export async function whileBusy(buttons, command) {
  if (buttons.some((button) => button.ariaDisabled === "true")) return;
  for (const button of buttons) button.ariaDisabled = "true";
  try {
    await command();
  } finally {
    for (const button of buttons) button.ariaDisabled = null;
  }
}

// Open a <dialog> modally; resolve with its return value ("" when dismissed).
// The browser gives the focus back to where it was.
export function ask(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}
