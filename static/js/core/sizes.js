// Bytes as people say them.
import { LANGUAGE } from "./language.js";

const UNITS = ["byte", "kilobyte", "megabyte"];

export function sizeInWords(bytes) {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)));
  const number = bytes / 1024 ** power;
  return new Intl.NumberFormat(LANGUAGE, {
    style: "unit",
    unit: UNITS[power],
    unitDisplay: power ? "short" : "long",
    maximumFractionDigits: number < 10 && power > 0 ? 1 : 0,
  }).format(number);
}
