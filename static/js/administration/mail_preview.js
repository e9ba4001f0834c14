// Shows a mail as somebody would get it, beside the form in which its words are
// written. The server fills it in; nothing is stored.
import { fill, setText, show, slot } from "../core/dom.js";
import { say } from "../core/words.js";

const WHILE_TYPING = 300; // ms without a key until it is drawn anew

const root = document.querySelector("[data-preview]");
const frame = slot(root, "html");
const mails = JSON.parse(document.getElementById("mails").textContent);
const { kind, subject, text } = document.getElementById("mailtemplate_form").elements;
let chosen = kind.value;
let timer = null;
let asked = 0;

kind.addEventListener("change", choose);
for (const field of [subject, text]) field.addEventListener("input", soon);
slot(root, "reset").addEventListener("click", reset);
frame.addEventListener("load", fit);
window.addEventListener("resize", fit);
draw();

// Parley's words that nobody has touched go with their mail.
function choose() {
  const before = mails[chosen];
  chosen = kind.value;
  const isTouched = subject.value !== before?.subject || plain(text.value) !== before.text;
  if (isTouched) draw();
  else reset();
}

function reset() {
  const words = mails[kind.value];
  if (!words) return;
  subject.value = words.subject;
  text.value = words.text;
  draw();
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(draw, WHILE_TYPING);
}

async function draw() {
  clearTimeout(timer);
  fill(root, { names: mails[kind.value]?.names ?? "", known: mails[kind.value]?.known ?? "" });
  const number = (asked += 1);
  const answer = await ask();
  if (number === asked) put(answer);
}

async function ask() {
  try {
    const body = new FormData(kind.form);
    const response = await fetch(root.dataset.preview, { method: "POST", body });
    return await response.json();
  } catch {
    return { wrong: [say("unreachable")] };
  }
}

function put({ wrong = [], html = "", ...words }) {
  const place = slot(root, "wrong");
  setText(place, wrong.join(" "));
  show(place, wrong.length > 0);
  show(slot(root, "mail"), wrong.length === 0);
  fill(root, words);
  frame.srcdoc = html;
}

// As high as what it shows.
function fit() {
  const page = frame.contentDocument?.documentElement;
  if (page) frame.style.blockSize = `${page.scrollHeight}px`;
}

function plain(value) {
  return value.replaceAll("\r\n", "\n");
}
