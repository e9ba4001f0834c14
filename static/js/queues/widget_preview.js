// Lets an administrator choose how the widget looks: the script tag to copy follows,
// and so does a launcher beside it, the real one.
import { setText, slot } from "../core/dom.js";
import { areaFor } from "../widget/area.js";
import { Launcher } from "../widget/launcher.js";
import { readTag } from "../widget/tag.js";

const root = document.querySelector("[data-widget]");
const { entryPoint, address, styles } = root.dataset;
const code = slot(root, "code");
const plain = code.textContent;
const plainLabel = slot(root, "label").dataset.plain;
const shadow = slot(root, "stage").attachShadow({ mode: "open" });
const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: styles });

for (const input of root.querySelectorAll("input, select")) {
  input.addEventListener("input", draw);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // the form around it is not to be saved
  });
}
draw();

function draw() {
  const chosen = choices();
  const settings = readTag({ src: address, dataset: { entryPoint, ...chosen } });
  const area = areaFor(settings);
  const label = settings.label || plainLabel;
  area.append(new Launcher({ ...settings, label, onClick: () => {} }).element);
  shadow.replaceChildren(sheet, area);
  setText(code, plain.replace(" async", `${attributes(chosen)} async`));
}

// What differs from what the widget does without being told.
function choices() {
  const chosen = {};
  for (const name of ["position", "label", "icon", "colour"]) {
    const input = slot(root, name);
    const value = input.value.trim();
    if (value && value !== input.dataset.plain) chosen[name] = value;
  }
  return chosen;
}

function attributes(chosen) {
  const pairs = Object.entries(chosen);
  return pairs.map(([name, value]) => ` data-${name}="${escaped(value)}"`).join("");
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
