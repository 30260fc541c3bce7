// The specimen follows what is typed. Without script the button draws it.
import { post } from "./csrf.js";

const form = document.querySelector("[data-design]");
const look = document.querySelector(".design-look");
const picture = look.querySelector("[data-look-picture]");
const state = look.querySelector("[data-look-state]");
const accent = form.elements.namedItem("accent");
const suits = [...form.querySelectorAll("[data-suits]")];
const words = { unsaved: look.dataset.unsavedWord, failed: look.dataset.failedWord };
let waiting = 0, asked = null;

form.addEventListener("input", (event) => {
  if (event.target.dataset.suits) suit(event.target.dataset.suits);
  changed();
});
form.querySelector("[data-look]").addEventListener("click", (event) => {
  event.preventDefault();
  draw().then(() => look.scrollIntoView({ behavior: "smooth", block: "start" }));
});
const swatches = form.querySelector("[data-swatches]");
swatches.hidden = false;
swatches.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-swatch]");
  if (!chosen) return;
  accent.value = chosen.dataset.swatch;
  changed();
});
for (const range of form.querySelectorAll("input[type=range]")) {
  const shown = document.createElement("output");
  const tell = () => { shown.textContent = range.value; };
  range.after(shown);
  range.addEventListener("input", tell);
  tell();
}

// A colour that came with a design goes with it; one that was chosen stays.
function suit(colour) {
  if (suits.some((one) => one.dataset.suits === accent.value)) accent.value = colour;
}

function changed() {
  for (const one of document.querySelectorAll("[data-publish] button")) one.disabled = true;
  for (const one of document.querySelectorAll("[data-unsaved]")) one.hidden = false;
  clearTimeout(waiting);
  waiting = setTimeout(draw, 350);
}

async function draw() {
  clearTimeout(waiting);
  asked?.abort();
  const mine = asked = new AbortController();
  look.classList.add("busy");
  try {
    const answer = await post(form.dataset.design, new FormData(form), { signal: mine.signal });
    if (answer.ok) show(await answer.text());
    else tell(answer.status === 422 ? faults(await answer.json()) : words.failed, true);
  } catch (error) {
    if (error.name === "AbortError") return;
    tell(words.failed, true);
  }
  look.classList.remove("busy");
}

function show(drawing) {
  picture.src = `data:image/svg+xml,${encodeURIComponent(drawing)}`;
  tell(words.unsaved, false);
}

function faults(answer) {
  return Object.values(answer.wrong).flat().join(" ");
}

function tell(text, wrong) {
  look.classList.toggle("wrong", wrong);
  state.textContent = text;
}
