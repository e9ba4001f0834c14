// What those who oversee do about a contact. What ends it, or takes it from somebody,
// asks for the reason first.
import { say } from "../core/words.js";
import { ReasonDialog } from "./reason_dialog.js";

const DESK = "parley-desk"; // the tab of the desk

// `queues()`: those that a contact can be moved to.
export function deeds({ api, desk, queues, onDone }) {
  const dialog = new ReasonDialog();
  const post = (contact, what, body) => api.post(`contacts/${contact}/${what}/`, body);

  // `name` is done with a reason, at this address.
  const withReason = (name, address, after = () => {}) => (part) =>
    dialog.open(
      name,
      async (given) => {
        await post(part.id, address, given);
        onDone(say(`${name}-done`));
        after(part);
      },
      { queue: part.queue, queues: queues() },
    );

  // Administrators have no desk: they read along here.
  const openDesk = ({ id }) => {
    if (desk) window.open(`${desk}#${id}`, DESK);
  };

  return {
    async watch(part) {
      await post(part.id, "watch", { mode: "monitor" });
      onDone(say("watch-done"));
      openDesk(part);
    },
    async unwatch({ id }) {
      await api.delete(`contacts/${id}/watch/`);
      onDone(say("unwatch-done"));
    },
    async whisper(part) {
      await post(part.id, "watch", { mode: "whisper" });
      await part.whisper();
    },
    async barge(part) {
      await post(part.id, "barge");
      onDone(say("barge-done"));
      openDesk(part);
    },
    "take-over": withReason("take-over", "take-over", openDesk),
    move: withReason("move", "requeue"),
    close: withReason("close", "close"),
  };
}
