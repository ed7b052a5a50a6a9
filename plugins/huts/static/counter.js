// What the counter gains from scripts; it works without.
const KEY = "huts-sound";
let context;

function quiet() {
  try { return localStorage.getItem(KEY) === "off"; } catch { return false; }
}

// A high short note: done. A low long one: look at the screen.
function beep(kind) {
  if (!kind || quiet() || !window.AudioContext) return;
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume().catch(() => {});
  const tone = context.createOscillator(), volume = context.createGain(), at = context.currentTime;
  const [pitch, long] = kind === "bad" ? [220, 0.35] : [880, 0.12];
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0.15, at);
  volume.gain.exponentialRampToValueAtTime(0.001, at + long);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + long);
}

function wakeCounter() {
  const counter = document.querySelector("#counter");
  if (!counter || counter.dataset.awake) return;
  counter.dataset.awake = "1";
  beep(counter.dataset.sound);
  const button = counter.querySelector("[data-sound-switch]");
  button.hidden = false;
  button.textContent = quiet() ? button.dataset.off : button.dataset.on;
  const field = counter.querySelector("#q");
  field.focus();
  field.select();
}
wakeCounter();
document.addEventListener("htmx:after:swap", wakeCounter);

document.addEventListener("click", event => {
  const button = event.target.closest?.("[data-sound-switch]");
  if (!button) return;
  const on = quiet();
  try { localStorage.setItem(KEY, on ? "on" : "off"); } catch { return; }
  button.textContent = on ? button.dataset.on : button.dataset.off;
  if (on) beep("ok");
});

// Enter in an empty field lends what is on the list.
document.addEventListener("submit", event => {
  if (event.target.id !== "scan" || event.submitter?.name || document.querySelector("#q").value.trim()) return;
  const button = document.querySelector("#lend .line .btn");
  if (!button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  button.click();
}, true);
