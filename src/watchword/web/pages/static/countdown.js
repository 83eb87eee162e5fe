// Counts down to the next message that may be asked for, and to the end of the code.
// By the clock, not by ticks: a phone in a pocket stops ticking.

const start = Date.now();

function remaining(seconds) {
  return Math.max(0, Math.ceil(seconds - (Date.now() - start) / 1000));
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function every(step) {
  if (!step()) return;
  const timer = setInterval(() => step() || clearInterval(timer), 1000);
}

const resend = document.querySelector("button[data-wait]");
if (resend) {
  const text = resend.textContent;
  every(() => {
    const left = remaining(Number(resend.dataset.wait));
    if (resend.hasAttribute("aria-busy")) return left > 0;
    resend.disabled = left > 0;
    resend.textContent = left > 0 ? `${text} (${clock(left)})` : text;
    return left > 0;
  });
}

function expire() {
  life.parentElement.textContent = "no longer good";
  document.getElementById("news").textContent = "This code has expired. Ask for a new one.";
}

const life = document.querySelector("[data-expires]");
if (life) {
  every(() => {
    const left = remaining(Number(life.dataset.expires));
    if (left > 0) life.textContent = clock(left);
    else expire();
    return left > 0;
  });
}
