// The example in the number field is one of the chosen country.

const region = document.getElementById("region");
const number = document.getElementById("number");

function example() {
  number.placeholder = region.selectedOptions[0]?.dataset.example ?? "";
}

region.addEventListener("change", example);
example();
