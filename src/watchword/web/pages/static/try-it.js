// What came of a try is put in place: nothing of the page is lost, and the line that failed is marked in the editor.

const form = document.getElementById("try-it")?.form;
const area = form?.querySelector("textarea[data-code]");

function show(page) {
  const [fields, tried] = ["try-fields", "tried"].map((id) => page.getElementById(id));
  const focused = document.activeElement.closest("#try-fields") && document.activeElement.id;
  document.getElementById("try-fields").replaceChildren(...fields.children);
  if (focused) document.getElementById(focused)?.focus();
  const outcome = tried.firstElementChild;
  outcome.removeAttribute("autofocus");
  document.getElementById("tried").replaceChildren(outcome);
  area.dispatchEvent(new CustomEvent("mark", { detail: Number(outcome.dataset.line ?? 0) }));
}

async function tryIt(button) {
  if (button.ariaBusy === "true") return;
  const said = button.textContent;
  button.ariaBusy = "true";
  button.textContent = button.dataset.busy;
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(button.formAction, { method: "POST", body });
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // Signed out, or worse: the browser shows what the server says.
    form.action = button.formAction;
    form.submit();
  }
  button.removeAttribute("aria-busy");
  button.textContent = said;
}

form?.addEventListener("submit", (event) => {
  if (event.submitter?.id !== "try-it") return;
  event.preventDefault();
  event.stopPropagation();
  tryIt(event.submitter);
});

// Enter in a field above saves, as in every form, though the first button is the one that tries.
form?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input") || event.target.closest("#try")) return;
  event.preventDefault();
  form.querySelector("button.primary").click();
});

form?.addEventListener("click", (event) => {
  if (!event.target.closest("a.goto")) return;
  event.preventDefault();
  area.focus();
});
