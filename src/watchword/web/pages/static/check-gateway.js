// Checks the credentials without leaving the page: nothing that was typed is lost, a secret neither.

const LOST = "The check did not come through. Try it again, or reload the page where you are signed out.";
const button = document.getElementById("check-gateway");
const result = document.getElementById("check-result");
const text = button.textContent;

function say(...nodes) {
  result.replaceChildren(...nodes);
}

async function ask(form) {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(button.formAction, { method: "POST", body });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return [...page.getElementById("check-result").childNodes];
}

function wait(waiting) {
  button.toggleAttribute("aria-busy", false);
  if (waiting) button.setAttribute("aria-busy", "true");
  button.textContent = waiting ? button.dataset.busy : text;
}

// What was found is true of what was asked with, and of nothing else.
button.form.addEventListener("change", () => say());

button.addEventListener("click", async (event) => {
  event.preventDefault();
  if (button.hasAttribute("aria-busy")) return;
  wait(true);
  say(button.dataset.busy);
  try {
    say(...(await ask(button.form)));
  } catch {
    say(LOST);
  } finally {
    wait(false);
  }
});
