// Steps of a flow are dragged into another order, by mouse or finger; the buttons beside them do the same.

const form = document.getElementById("order");
const news = document.getElementById("moving");
const places = [...document.querySelectorAll(".track > [data-step]")];
const steps = places.slice(0, -1);
const EDGE = 72;
const SPEED = 12;

let carried = null;
let target = null;
let pointer = null;

function named(step) {
  return step.querySelector(".name").textContent.trim();
}

// The place before the first step whose middle is below the pointer; the last one is the end.
function placeAt(y) {
  return places.find((place) => {
    const box = place.getBoundingClientRect();
    return y < box.top + box.height / 2;
  }) ?? places.at(-1);
}

function staysAt(place) {
  const at = places.indexOf(carried);
  return place === carried || place === places[at + 1];
}

function aim(place) {
  if (place === target) return;
  target?.classList.remove("drop");
  target = place;
  if (staysAt(place)) {
    news.textContent = "Stays where it is";
    return;
  }
  place.classList.add("drop");
  news.textContent = place === places.at(-1) ? "To the end" : `Before ${named(place)}`;
}

// A list longer than the window goes along while the pointer is at its edge.
function scroll() {
  if (!carried) return;
  if (pointer.y < EDGE) scrollBy(0, -SPEED);
  if (pointer.y > innerHeight - EDGE) scrollBy(0, SPEED);
  aim(placeAt(pointer.y));
  requestAnimationFrame(scroll);
}

function lift(event) {
  const step = event.target.closest(".handle")?.closest("[data-step]");
  if (!step || event.button !== 0 || carried) return;
  event.preventDefault();
  carried = step;
  pointer = { id: event.pointerId, y: event.clientY };
  event.target.setPointerCapture(event.pointerId);
  step.classList.add("lifted");
  document.body.classList.add("carrying");
  news.textContent = `Moving ${named(step)}. Escape puts it back.`;
  requestAnimationFrame(scroll);
}

function move(event) {
  if (carried && event.pointerId === pointer.id) pointer.y = event.clientY;
}

function release(words) {
  carried?.classList.remove("lifted");
  target?.classList.remove("drop");
  document.body.classList.remove("carrying");
  carried = target = null;
  news.textContent = words;
}

function drop(event) {
  if (!carried || event.pointerId !== pointer.id) return;
  aim(placeAt(event.clientY));
  const [step, place] = [carried, target];
  if (staysAt(place)) {
    release(`${named(step)} stays where it is.`);
    return;
  }
  const order = steps.filter((one) => one !== step);
  order.splice(place === places.at(-1) ? order.length : order.indexOf(place), 0, step);
  place.before(step);
  release(`${named(step)} was moved.`);
  form.elements.order.value = order.map((one) => one.dataset.step).join(" ");
  form.elements.moved.value = step.dataset.step;
  form.submit();
}

function cancel() {
  if (carried) release(`${named(carried)} stays where it is.`);
}

if (steps.length > 1) {
  for (const handle of document.querySelectorAll(".handle")) handle.hidden = false;
  document.addEventListener("pointerdown", lift);
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", cancel);
  addEventListener("blur", cancel);
  document.addEventListener("keydown", (event) => event.key === "Escape" && cancel());
}
