// The shop's own button opens the chat, also while the widget is on its way: until it
// is there, `Parley` is a list of what to do.
document.querySelector("[data-ask]").addEventListener("click", () => {
  (window.Parley ??= []).push(["open"]);
});
