// A worker: finds the number of a challenge by trying, and answers with it; null where
// there is none, or where the browser does not hash (a page without TLS).
const HEX = 16;

onmessage = async ({ data: { algorithm, challenge, salt, maxnumber } }) => {
  postMessage(self.crypto?.subtle ? await find(algorithm, challenge, salt, maxnumber) : null);
};

async function find(algorithm, challenge, salt, last) {
  const encoder = new TextEncoder();
  for (let number = 0; number <= last; number += 1) {
    const hash = await crypto.subtle.digest(algorithm, encoder.encode(salt + number));
    if (inHex(hash) === challenge) return number;
  }
  return null;
}

function inHex(buffer) {
  return Array.from(new Uint8Array(buffer), (byte) =>
    byte.toString(HEX).padStart(2, "0"),
  ).join("");
}
