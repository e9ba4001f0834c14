// The code of a mailed link goes into the form: it is for nobody else to see, nor for
// the browser's history.
const code = /^#code=([\w-]+)$/.exec(window.location.hash)?.[1];
const field = document.querySelector("[data-code]");
if (code && field) {
  field.value = code;
  window.history.replaceState(null, "", window.location.pathname);
}
