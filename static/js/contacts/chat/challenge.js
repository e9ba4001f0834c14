// The work that the server asks for where too many chats come from one address.

// Answer the solution as the server takes it; null where it cannot be found here.
export async function solve(challenge, address) {
  const number = await inWorker(challenge, address);
  if (number === null) return null;
  return btoa(JSON.stringify({ ...challenge, number }));
}

function inWorker(challenge, address) {
  return new Promise((resolve) => {
    const worker = new Worker(address);
    const done = (number) => {
      worker.terminate();
      resolve(number);
    };
    worker.addEventListener("message", ({ data }) => done(data));
    worker.addEventListener("error", () => done(null));
    worker.postMessage(challenge);
  });
}
