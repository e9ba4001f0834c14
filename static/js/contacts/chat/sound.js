// The sound of a line that comes while nobody looks: by the customer's choice.
import { Chime } from "../../core/chime.js";

const button = document.querySelector("[data-chat] [data-slot='sound']");
const chime = new Chime({ mutedKey: "chat.muted", isMuted: true, onChange: draw });

button.addEventListener("click", () => chime.toggle());

// `name`: another tab that sounds for the same is enough.
export function play(name) {
  chime.play(name);
}

function draw(state) {
  button.dataset.sound = state;
  button.setAttribute("aria-pressed", state !== "muted");
}
