// The preview beside a form follows what is typed. Where that is not valid yet, the last one that was stays in sight.

const preview = document.getElementById("preview");
const button = preview.querySelector("button[formaction]");
const form = button.form;
const news = document.getElementById("preview-news");
const lost = document.getElementById("preview-lost");
const PAUSE = 300;

let timer = 0;
let asking = null;
let said = preview.querySelector(".preview-body").dataset.news;

// A preview needs no secret, so none is sent.
function typed() {
  const data = new FormData(form);
  for (const secret of form.querySelectorAll("input[type=password]")) data.delete(secret.name);
  return new URLSearchParams(data);
}

// The page's own element stays, so that whoever reads or scrolls in it stays there.
function show(html) {
  const body = preview.querySelector(".preview-body");
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector(".preview-body");
  if (!fresh) throw new Error("This is no preview.");
  const isValid = !fresh.querySelector(".preview-notes > *");
  for (const part of isValid ? [".preview-notes", ".preview-shown"] : [".preview-notes"]) {
    body.querySelector(part).replaceChildren(...fresh.querySelector(part).childNodes);
  }
  body.classList.toggle("stale", !isValid);
  body.querySelector(".preview-stale").hidden = isValid || !body.querySelector(".preview-shown > *");
  if (fresh.dataset.news !== said) news.textContent = said = fresh.dataset.news ?? "";
}

async function ask() {
  asking?.abort();
  const request = (asking = new AbortController());
  try {
    const answer = await fetch(button.formAction, {
      method: "POST",
      body: typed(),
      headers: { "x-watchword-part": "preview" },
      signal: request.signal,
    });
    const html = await answer.text();
    if (request !== asking) return;
    show(html);
    lost.hidden = true;
  } catch {
    // The server is away, the session is over, or a newer request has overtaken this one.
    if (request === asking) lost.hidden = false;
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
}

button.hidden = true;
form.addEventListener("input", later);
// Whoever comes back, or loads the page anew, may find what he typed before.
addEventListener("pageshow", () => performance.getEntriesByType("navigation")[0].type !== "navigate" && ask());
