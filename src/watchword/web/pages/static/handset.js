// The demo's handset: new messages come in by themselves, and a code can be copied with one press.

const list = document.getElementById("messages");
const status = document.getElementById("copied");
const INTERVAL = 2000;

function offer(root) {
  for (const time of root.querySelectorAll("time")) {
    time.textContent = new Date(time.dateTime).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
  }
  // Browsers offer the clipboard to secure pages only; localhost counts as one.
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("button[data-copy]")) button.hidden = false;
}

// Only what is new is put in: a list replaced as a whole would be read out as a whole.
function take(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const old = list.querySelector(".messages");
  const known = new Set([...old.children].map((item) => item.dataset.key));
  const fresh = [...page.querySelectorAll(".messages > li")].filter((item) => !known.has(item.dataset.key));
  if (!fresh.length) return;
  for (const item of fresh) item.classList.add("fresh");
  old.prepend(...fresh);
  list.querySelector(".nothing")?.remove();
  offer(old);
}

async function poll() {
  if (!document.hidden) {
    try {
      const answer = await fetch(list.dataset.source);
      if (answer.ok) take(await answer.text());
    } catch {
      // The server is away; it may come back.
    }
  }
  setTimeout(poll, INTERVAL);
}

list.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = "Copied";
  status.textContent = "Code copied";
  setTimeout(() => {
    button.textContent = "Copy code";
    status.textContent = "";
  }, INTERVAL);
});

document.getElementById("refresh").hidden = true;
offer(list);
setTimeout(poll, INTERVAL);
