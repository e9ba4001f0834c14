// What the desk keeps in this browser until it is sent: drafts, notes, edits and
// messages on their way. When the work is done, none of it stays behind.
import * as store from "../../core/store.js";

const KINDS = ["draft", "note", "private", "whisper", "about", "info", "outbox", "transfer", "conference"];

// Whether something is written or chosen that was not sent.
export function hasDraft(me, contact) {
  const mine = `agent-${me.id}.${contact}`;
  const texts = [store.read(`draft.${mine}`), store.read(`private.${mine}`)];
  return texts.some((text) => text?.trim()) || store.read(`draft.${mine}.files`)?.length > 0;
}

// The contact is finished.
export function forget(me, contact) {
  for (const kind of KINDS) {
    store.keys(`${kind}.agent-${me.id}.${contact}`).forEach(store.remove);
  }
}

// The agent signs out.
export function forgetAll(me) {
  forget(me, "");
}
