// Gives fields that are completed while typing the name of the field they stand for:
// what people use is made by a library, and no label of the page reaches it.
// The library is set to work by jQuery, in turn, perhaps after the page has loaded.
addEventListener("load", () => django.jQuery(() => setTimeout(nameFields, 0, document)));
document.addEventListener("formset:added", ({ target }) => setTimeout(nameFields, 0, target));

function nameFields(root) {
  for (const field of root.querySelectorAll("select.admin-autocomplete")) {
    const used = field.nextElementSibling?.querySelector("[role=combobox]");
    if (!used) continue;
    const chosen = used.querySelector(".select2-selection__rendered");
    used.id = `${field.id}-completed`;
    used.setAttribute("aria-label", field.getAttribute("aria-label"));
    used.setAttribute("aria-labelledby", `${used.id} ${chosen.id}`);
    // It is the text in the field, not a field of its own.
    chosen.removeAttribute("role");
    chosen.removeAttribute("aria-readonly");
  }
}
