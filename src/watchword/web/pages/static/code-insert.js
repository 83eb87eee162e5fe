// What can be used is put in at the caret by a press; a ready-made beginning takes the place of all that is there.
// Both as if they were typed: undo takes them back.

const areas = [...document.querySelectorAll("textarea[data-code]")];
const wide = matchMedia("(min-width: 80rem)");
const beside = !document.getElementById("preview");
const topics = document.querySelectorAll(".reference details");
let current = areas[0];

for (const area of areas) area.addEventListener("focus", () => (current = area));

function put(text) {
  current.focus();
  const at = current.selectionStart;
  document.execCommand("insertText", false, text);
  // What is to be filled in next.
  const [open, close] = [text.indexOf("("), text.lastIndexOf(")")];
  if (open > 0 && close > open) current.setSelectionRange(at + open + 1, at + close);
}

for (const code of document.querySelectorAll("[data-insert]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "insert";
  button.title = "Put it in at the caret";
  button.addEventListener("click", () => put(code.textContent));
  code.replaceWith(button);
  button.append(code);
}

for (const link of document.querySelectorAll("[data-fill]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    current.focus();
    current.select();
    document.execCommand("insertText", false, link.dataset.fill);
    current.setSelectionRange(0, 0);
    current.scrollTop = 0;
  });
}

// Beside the editor there is room for the list; below it, each topic is opened when it is wanted.
function unfold() {
  topics.forEach((topic, index) => (topic.open = beside && wide.matches && index < 2));
}

wide.addEventListener("change", unfold);
unfold();
