// A worker that only counts: browsers slow the timers of a hidden page down to
// one a minute, which the server would take for silence; those of a worker
// they leave alone. The message is the interval in milliseconds.
self.onmessage = ({ data: interval }) => {
  setInterval(() => self.postMessage("beat"), interval);
};
