// Takes the code from the message where the browser can: WebOTP on Android, autofill from the keyboard on iOS.

const input = document.getElementById("code");
const length = Number(input.dataset.length);

function digits() {
  return input.value.replace(/\D/g, "");
}

function send() {
  // Through the prototype: a form's fields can hide its methods.
  HTMLFormElement.prototype.requestSubmit.call(input.form);
}

let before = 0;
input.addEventListener("input", (event) => {
  const typed = digits().length;
  const atOnce = typed - before > 3;
  before = typed;
  // Whoever types or pastes presses the button himself; autofill has done the asking already.
  if (atOnce && typed === length && event.inputType !== "insertFromPaste") send();
});

if ("OTPCredential" in window) {
  const given = new AbortController();
  input.form.addEventListener("submit", () => given.abort());
  navigator.credentials
    .get({ otp: { transport: ["sms"] }, signal: given.signal })
    .then((message) => {
      if (!message || digits()) return;
      input.value = message.code;
      send();
    })
    .catch(() => {}); // Refused, aborted, or too late: the visitor types the code.
}
