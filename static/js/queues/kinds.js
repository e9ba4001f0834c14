// The form of an assistant shows what its kind needs: of the others' settings none.
const kind = document.getElementById("id_kind");
const KINDS = [...kind.options].map(({ value }) => value);

function draw() {
  for (const each of KINDS) {
    for (const part of document.querySelectorAll(`.kind-${each}`)) {
      part.hidden = each !== kind.value;
    }
  }
  // A model does not miss: people take over.
  document.querySelector(".field-max_misses").hidden = kind.value === "llm";
}

// What was refused is shown, whatever the kind.
if (!document.querySelector(".errorlist")) {
  kind.addEventListener("change", draw);
  draw();
}
