// One click, one request: a second click while the first is on its way would be a second text message.
// The button, and a line for screen readers, say what is going on; sending can take seconds.

const PATIENCE = 20_000;
const sent = new WeakSet();
const texts = new Map();
const status = document.getElementById("busy");

function begin(form, button) {
  sent.add(form);
  if (!button) return;
  texts.set(button, button.textContent);
  button.setAttribute("aria-busy", "true");
  button.textContent = button.dataset.busy || button.textContent;
  status.textContent = button.textContent;
}

function reset() {
  for (const form of document.forms) sent.delete(form);
  for (const [button, text] of texts) {
    button.removeAttribute("aria-busy");
    button.textContent = text;
  }
  texts.clear();
  status.textContent = "";
}

document.addEventListener("submit", (event) => {
  if (sent.has(event.target)) {
    event.preventDefault();
    return;
  }
  // Not `disabled`: a disabled button's name would be missing from what is sent.
  begin(event.target, event.submitter || event.target.querySelector("button.primary"));
  setTimeout(reset, PATIENCE);
});

// The way back may lead to this very page, as it was left.
window.addEventListener("pageshow", (event) => event.persisted && reset());
