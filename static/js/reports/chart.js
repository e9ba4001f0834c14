// Tells the values of a chart: of what the pointer is over, or, with the focus in it,
// of what the arrow keys have reached.
import { show, slot } from "../core/dom.js";

export class Chart {
  #bands;
  #said;
  #chosen = null;
  #isMirrored;

  constructor(chart) {
    const figure = chart.closest("figure");
    this.#bands = [...chart.querySelectorAll("[data-said]")];
    this.#said = slot(figure, "said");
    this.#isMirrored = "mirrored" in chart.dataset;
    show(slot(figure, "keys"));
    // What is told below the chart is told there alone.
    for (const band of this.#bands) band.querySelector("title").remove();
    chart.addEventListener("pointermove", ({ target }) => this.#point(target));
    chart.addEventListener("pointerleave", () => this.#choose(null));
    chart.addEventListener("focus", () => this.#choose(this.#bands.at(-1) ?? null));
    chart.addEventListener("blur", () => this.#choose(null));
    chart.addEventListener("keydown", (event) => this.#key(event));
    // The focus may be there before this script is.
    if (document.activeElement === chart) this.#choose(this.#bands.at(-1) ?? null);
  }

  #point(target) {
    const band = target.closest("[data-said]");
    if (band) this.#choose(band);
  }

  #choose(band) {
    if (band === this.#chosen) return;
    if (this.#chosen) delete this.#chosen.dataset.chosen;
    if (band) band.dataset.chosen = "";
    this.#chosen = band;
    this.#said.textContent = band?.dataset.said ?? "";
  }

  #key(event) {
    const at = this.#bands.indexOf(this.#chosen);
    const forwards = this.#isMirrored ? -1 : 1;
    const last = this.#bands.length - 1;
    const target = {
      ArrowRight: at + forwards,
      ArrowLeft: at - forwards,
      Home: 0,
      End: last,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.#choose(this.#bands[Math.min(last, Math.max(0, target))]);
  }
}
