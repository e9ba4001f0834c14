// How an agent counts in a queue: their state, or full, where nothing more can come: no
// chat for who takes chats.
export function isOf(agent, kind) {
  return kindOf(agent) === kind;
}

function kindOf({ state, live, slots }) {
  if (state !== "available") return state;
  const hasRoom = (channel) => (live[channel] ?? 0) < slots[channel];
  const isFree = slots.chat ? hasRoom("chat") : Object.keys(slots).some(hasRoom);
  return isFree ? "available" : "full";
}
