// Rows of inputs that grow and shrink: opening hours, own dates. Without this script
// two spare rows come with every page.

for (const root of document.querySelectorAll("[data-rows]")) {
  const rows = root.querySelector("[data-slot=rows]");
  const template = root.querySelector("template");
  const add = root.querySelector("[data-slot=add]");

  const count = () => rows.querySelectorAll("[data-row]").length;

  const drop = (row) => {
    // It stays, empty: the rows are numbered, and one without values is dropped.
    for (const input of row.querySelectorAll("input")) input.value = "";
    row.hidden = true;
    add.focus();
  };

  const show = (row) => {
    const button = row.querySelector("[data-slot=drop]");
    button.hidden = false;
    button.addEventListener("click", () => drop(row));
  };

  const grow = () => {
    const row = template.content.firstElementChild.cloneNode(true);
    for (const input of row.querySelectorAll("[name]")) {
      input.name = input.name.replace("NUMBER", count());
    }
    rows.append(row);
    show(row);
    add.hidden = count() >= Number(root.dataset.rows);
    row.querySelector("select, input").focus();
  };

  for (const row of rows.querySelectorAll("[data-row]")) show(row);
  add.hidden = count() >= Number(root.dataset.rows);
  add.addEventListener("click", grow);
}
