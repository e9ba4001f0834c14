// Small values that outlive the page. Where the browser refuses storage (a
// frame with blocked third-party data, a full quota) they live in memory, so
// that the page works on and only forgets at the next load.
const memory = new Map();

const PREFIX = "parley.";

export function read(key) {
  try {
    const text = localStorage.getItem(PREFIX + key) ?? memory.get(key);
    return text == null ? null : JSON.parse(text);
  } catch {
    const text = memory.get(key);
    return text === undefined ? null : JSON.parse(text);
  }
}

export function write(key, value) {
  const text = JSON.stringify(value);
  memory.set(key, text);
  try {
    localStorage.setItem(PREFIX + key, text);
  } catch {
    return;
  }
  memory.delete(key);
}

export function remove(key) {
  memory.delete(key);
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing was kept there.
  }
}

export function keys(beginning) {
  const found = new Set([...memory.keys()]);
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX)) found.add(key.slice(PREFIX.length));
    }
  } catch {
    // Only the memory, then.
  }
  return [...found].filter((key) => key.startsWith(beginning));
}

// Call `listener` with the key whenever another tab changes it.
export function onChangeElsewhere(listener) {
  window.addEventListener("storage", (event) => {
    if (event.key?.startsWith(PREFIX)) listener(event.key.slice(PREFIX.length));
  });
}
