// Copies the snippets of an entry point's page, and says so.
import { setText } from "../core/dom.js";
import { say } from "../core/words.js";

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", () => copy(button));
}

async function copy(button) {
  const snippet = document.getElementById(button.dataset.copy);
  const answer = button.parentElement.querySelector("[role=status]");
  for (const other of document.querySelectorAll(".embedding__copied")) setText(other, "");
  try {
    await navigator.clipboard.writeText(snippet.textContent);
    setText(answer, say("copied"));
  } catch {
    // Without TLS, or where it is forbidden, browsers leave it to the person.
    getSelection().selectAllChildren(snippet);
    setText(answer, say("marked"));
  }
}
