// A hint lies over what stands beside its button; the style sheet shows it while the
// button is looked at. Escape takes it away until the button is looked at anew.
export function dismissHints() {
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    for (const hint of document.querySelectorAll("[role='tooltip']")) dismiss(hint);
  });
}

function dismiss(hint) {
  const button = hint.previousElementSibling;
  if (!button?.matches("button:is(:hover, :focus-visible)")) return;
  hint.dataset.dismissed = "true";
  for (const end of ["pointerleave", "blur"]) {
    button.addEventListener(end, () => delete hint.dataset.dismissed, { once: true });
  }
}
