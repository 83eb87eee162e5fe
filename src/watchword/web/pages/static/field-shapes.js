// Says below a field what looks wrong with what was typed, by the rules that the server puts into the field.
// Whoever is still typing is left alone until there is as much as the right value would have.

const PAUSE = 600;
const provider = document.querySelector("[name=provider]");
const inputs = [...document.querySelectorAll("[data-shapes]")];
const rules = new Map(inputs.map((input) => [input, JSON.parse(input.dataset.shapes)]));
const slots = new Map(inputs.map((input) => [input, document.getElementById(`${input.id}-advice`)]));
const said = new Map(inputs.map((input) => [input, slots.get(input).textContent]));
const chosen = provider.value;
const timers = new Map();

function found(pattern, text) {
  return new RegExp(pattern, "u").test(text);
}

function slip(input) {
  const text = input.value.trim();
  // What the server said of what it keeps is still true of it.
  if (!text) return input.type === "password" && provider.value === chosen ? said.get(input) : "";
  const shape = rules.get(input)[provider.value];
  if (!shape || (shape.unless && input.form.elements[shape.unless].value.trim()) || found(shape.fits, text)) return "";
  const letters = [...text];
  const [, sentence] = shape.slips.find(([pattern]) => found(pattern, text));
  // By functions: in a text, $& would be read as something else.
  return sentence.replace("{length}", () => letters.length).replace("{start}", () => letters.slice(0, 2).join(""));
}

function tell(input) {
  clearTimeout(timers.get(input));
  const slot = slots.get(input);
  const sentence = slip(input);
  // Only what is new is put in: a screen reader reads out what changes.
  if (slot.textContent !== sentence) slot.textContent = sentence;
}

for (const input of inputs) {
  input.addEventListener("input", (event) => {
    clearTimeout(timers.get(input));
    const shape = rules.get(input)[provider.value];
    const enough = event.inputType === "insertFromPaste" || input.value.trim().length >= shape?.plausible;
    if (!input.value.trim() || !slip(input)) tell(input);
    else if (enough || slots.get(input).textContent) timers.set(input, setTimeout(() => tell(input), PAUSE));
  });
}

// A field may depend on another one, and all of them on the gateway.
inputs[0]?.form.addEventListener("change", () => inputs.forEach(tell));
