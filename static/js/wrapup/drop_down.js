// A drop-down whose choice acts at once must not choose while somebody only
// looks: on a closed one the arrow keys and letters would. They open it instead.
import { isComposing } from "../core/keys.js";

const OPENERS = new Set(["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End", "Enter", " "]);

export function openDropDown(select) {
  if (!select.showPicker) return;
  select.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    const isLetter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!OPENERS.has(event.key) && !isLetter && !event.key.startsWith("Page")) return;
    event.preventDefault();
    select.showPicker();
  });
}
