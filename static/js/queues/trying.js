// Tries a saved assistant out beside its form: which intent matches a line, or whether
// the model answers, and what would be said.
import { Api } from "../core/api.js";
import { fill, slot, whileBusy } from "../core/dom.js";
import { listed } from "../core/language.js";
import { say } from "../core/words.js";

const root = document.querySelector("[data-trying]");
const api = new Api();

slot(root, "try").addEventListener("click", attempt);
slot(root, "text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault(); // the form around it is not to be saved
  attempt();
});

function attempt() {
  const text = slot(root, "text").value;
  if (!text.trim()) return;
  whileBusy([slot(root, "try")], async () => fill(root, await answerTo(text)));
}

async function answerTo(text) {
  try {
    return inWords(await api.post(`assistants/${root.dataset.trying}/try/`, { text }));
  } catch (error) {
    return { found: error.detail || say("failed"), reply: "", sources: "" };
  }
}

function inWords({ intent, score, action, reply, sources }) {
  const titles = listed(sources.map(({ title }) => title));
  return {
    found: found({ intent, score, action: say(`action-${action}`), titles }),
    reply,
    sources: titles && say("sources", { titles }),
  };
}

function found({ intent, titles, ...values }) {
  if (root.dataset.kind === "llm") return say(titles ? "answered" : "given-up", values);
  return intent === null ? say("missed") : say("found", { intent, ...values });
}
