// Begins: makes `Parley`, and does what was asked of it before it was there.
import { TAG, readTag } from "./tag.js";
import { Widget } from "./widget.js";

const COMMANDS = ["open", "close", "toggle", "identify", "setAttributes", "on", "off"];

function begin() {
  const queued = window.Parley;
  const settings = readTag(TAG);
  if (queued?.open) return; // a site that goes from page to page runs it again
  if (settings === null) {
    console.error("Parley: the script tag needs data-entry-point, the key of an entry point.");
    return;
  }
  const parley = commands(onceThere(settings));
  Object.assign(window, { Parley: parley });
  if (Array.isArray(queued)) parley.push(...queued);
}

// Return what runs `act(widget)` as soon as there is a body to stand beside.
function onceThere(settings) {
  const widget = new Widget(settings);
  const waiting = [];
  let isThere = false;
  const arrive = () => {
    isThere = true;
    widget.mount();
    for (const act of waiting) act(widget);
  };
  if (document.body) arrive();
  else document.addEventListener("DOMContentLoaded", arrive, { once: true });
  return (act) => (isThere ? act(widget) : waiting.push(act));
}

//   Parley.open();
//   Parley.push(["open"], ["on", "unread", ({ count }) => ...]);
function commands(run) {
  const parley = {
    push(...calls) {
      for (const [name, ...values] of calls) {
        if (COMMANDS.includes(name)) parley[name](...values);
        else console.warn(`Parley: there is no command “${name}”.`);
      }
    },
  };
  for (const name of COMMANDS) {
    parley[name] = (...values) => void run((widget) => widget[name](...values));
  }
  return parley;
}

begin();
