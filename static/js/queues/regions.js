// Shows the regions of the chosen country, and no others.
const country = document.querySelector("#id_country");
const region = document.querySelector("#id_subdivision");

if (country && region) {
  country.addEventListener("change", narrow);
  narrow();
}

function narrow() {
  const name = country.selectedOptions[0].textContent;
  let isKnown = false;
  for (const group of region.querySelectorAll("optgroup")) {
    group.hidden = group.disabled = group.label !== name;
    isKnown ||= !group.hidden;
  }
  if (region.selectedOptions[0]?.parentElement.disabled) region.value = "";
  region.closest(".form-row").hidden = !isKnown && region.value === "";
}
