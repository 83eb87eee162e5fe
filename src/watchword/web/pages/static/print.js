// The button is of no use without a script, and hidden then.

const button = document.querySelector("[data-print]");
button.hidden = false;
button.addEventListener("click", () => print());
