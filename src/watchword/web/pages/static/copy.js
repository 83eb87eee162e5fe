// Copies what stands in another element with one press. Browsers offer the clipboard to secure pages only; localhost
// counts as one. Elsewhere, and without a script, the text is selected by hand.

const status = document.getElementById("copied");

for (const button of document.querySelectorAll("button[data-copies]")) {
  const source = document.getElementById(button.dataset.copies);
  if (!navigator.clipboard || !source) continue;
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.textContent = "Copied";
    status.textContent = "Copied";
    setTimeout(() => {
      button.textContent = words;
      status.textContent = "";
    }, 2000);
  });
}
