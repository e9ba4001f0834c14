// Buttons are drawn from the card's `controls`, which the server computes: an
// element with data-control="end" shows while the card says "end".
import { show } from "../../core/dom.js";

// Return whether any is shown.
export function drawControls(root, controls) {
  const elements = [...root.querySelectorAll("[data-control]")];
  for (const element of elements) show(element, controls.includes(element.dataset.control));
  return elements.some((element) => !element.hidden);
}

// A button that goes while it has the focus gives it to the one in its place, or
// has `fallback` find another.
export function handOver(root, draw, fallback) {
  const before = document.activeElement;
  draw();
  if (!root.contains(before) || before.checkVisibility()) return;
  const place = before.closest("[data-place]");
  const next = [...(place?.querySelectorAll("button") ?? [])].find((button) => !button.hidden);
  if (next) next.focus();
  else fallback();
}
