// Comfort on the page of reports; all of it works without.
import { placesMenu } from "../agents/places.js";
import { show, slot } from "../core/dom.js";
import { roveTabs } from "../core/tabs.js";
import { Chart } from "./chart.js";

const page = document.querySelector("[data-reports]");
placesMenu(page);
const tabs = page.querySelector("[role='tablist']");
if (tabs) roveTabs(tabs);
for (const chart of page.querySelectorAll("[data-chart]")) new Chart(chart);

const copy = slot(page, "copy");
if (copy && navigator.clipboard) {
  show(copy);
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(new URL(copy.dataset.address, location).href);
    slot(page, "copied").textContent = copy.dataset.done;
  });
}
