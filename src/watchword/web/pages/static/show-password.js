// A button in each password field that shows what was typed, and hides it again before it is sent.

for (const button of document.querySelectorAll("button.reveal")) {
  const input = document.getElementById(button.getAttribute("aria-controls"));

  const show = (visible) => {
    input.type = visible ? "text" : "password";
    button.setAttribute("aria-pressed", String(visible));
    button.textContent = visible ? "Hide" : "Show";
  };

  button.addEventListener("click", () => {
    show(input.type === "password");
    input.focus();
  });
  // As text it could be kept by the browser's memory of forms.
  document.addEventListener("submit", () => show(false));
  input.autocapitalize = "none";
  input.spellcheck = false;
  button.hidden = false;
}
