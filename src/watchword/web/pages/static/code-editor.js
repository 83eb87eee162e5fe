// A text area for code: its lines are numbered, Tab and Enter know of indentation, and the line that is wrong is marked.
// Tab never traps anybody: after Esc it leaves the field (WCAG 2.2, 2.1.2).

const LEVEL = "    ";

const lineStart = (text, at) => text.lastIndexOf("\n", at - 1) + 1;

function levelOf(area) {
  return /^\t/m.test(area.value) ? "\t" : LEVEL;
}

// By the browser's own editing, so that undo knows of it; setting `value` would forget all that was typed.
function type(area, text) {
  if (text ? document.execCommand("insertText", false, text) : document.execCommand("delete")) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function shiftLines(area, change) {
  const { value, selectionStart: from, selectionEnd: to } = area;
  const start = lineStart(value, from);
  // A selection up to the beginning of a line does not mean that line.
  const last = to > from && value[to - 1] === "\n" ? to - 1 : to;
  const end = value.indexOf("\n", last) < 0 ? value.length : value.indexOf("\n", last);
  const before = value.slice(start, end).split("\n");
  const after = before.map(change);
  if (after.join("\n") === before.join("\n")) return;
  area.setSelectionRange(start, end);
  type(area, after.join("\n"));
  const first = from + after[0].length - before[0].length;
  area.setSelectionRange(Math.max(start, first), Math.max(start, to + area.value.length - value.length));
}

function tab(area, back) {
  const { value, selectionStart: from, selectionEnd: to } = area;
  const level = levelOf(area);
  if (back) shiftLines(area, (line) => line.replace(/^(\t| {1,4})/, ""));
  else if (value.slice(from, to).includes("\n")) shiftLines(area, (line) => line && level + line);
  else type(area, level === "\t" ? level : LEVEL.slice((from - lineStart(value, from)) % LEVEL.length));
}

function newLine(area) {
  const before = area.value.slice(lineStart(area.value, area.selectionStart), area.selectionStart);
  const deeper = /:\s*(#.*)?$/.test(before) ? levelOf(area) : "";
  type(area, `\n${before.match(/^[ \t]*/)[0]}${deeper}`);
}

function numbered(area) {
  const lines = document.createElement("div");
  lines.className = "lines";
  lines.ariaHidden = "true";
  area.before(lines);
  const follow = () => (lines.scrollTop = area.scrollTop);
  const count = () => {
    const wanted = area.value.split("\n").length;
    while (lines.childElementCount < wanted) lines.append(document.createElement("div"));
    while (lines.childElementCount > wanted) lines.lastElementChild.remove();
    follow();
  };
  const unmark = () => lines.querySelector(".wrong")?.classList.remove("wrong");
  const mark = (number) => {
    unmark();
    const line = lines.children[number - 1];
    if (!line) return;
    line.classList.add("wrong");
    const above = area.value.split("\n").slice(0, number);
    const at = above.join("\n").length - above.at(-1).trimStart().length;
    area.setSelectionRange(at, at);
    area.scrollTop = Math.max(0, line.offsetTop - area.clientHeight / 2);
    follow();
  };
  area.addEventListener("scroll", follow);
  area.addEventListener("input", () => (unmark(), count()));
  area.addEventListener("mark", (event) => (count(), event.detail ? mark(event.detail) : unmark()));
  count();
}

function edit(area) {
  const keys = document.getElementById(`${area.id}-keys`);
  const explained = area.getAttribute("aria-describedby") ?? "";
  const box = document.getElementById(area.dataset.switch);
  let leaving = false;
  const turn = () => {
    const on = !box || box.checked;
    area.classList.toggle("code-area", on);
    area.wrap = on ? "off" : "soft";
    area.parentElement.classList.toggle("on", on);
    keys.hidden = !on;
    area.setAttribute("aria-describedby", on ? `${explained} ${keys.id}`.trim() : explained);
  };
  area.addEventListener("keydown", (event) => {
    const { key, shiftKey, ctrlKey, altKey, metaKey, isComposing } = event;
    if (key === "Shift") return;
    const free = leaving;
    leaving = key === "Escape";
    if (keys.hidden || ctrlKey || altKey || metaKey || isComposing) return;
    if ((key === "Tab" && !free) || (key === "Enter" && !shiftKey)) event.preventDefault();
    if (key === "Tab" && !free) tab(area, shiftKey);
    if (key === "Enter" && !shiftKey) newLine(area);
  });
  area.addEventListener("blur", () => (leaving = false));
  box?.addEventListener("change", turn);
  numbered(area);
  turn();
}

for (const area of document.querySelectorAll("textarea[data-code]")) {
  edit(area);
  if (!area.dataset.line) continue;
  area.dispatchEvent(new CustomEvent("mark", { detail: Number(area.dataset.line) }));
  area.closest(".field").querySelector(".excerpt")?.remove();
  if (area.form.querySelectorAll("[aria-invalid]").length === 1) area.focus();
}
