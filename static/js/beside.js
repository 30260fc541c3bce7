// Beside a film: captions and questions take their time from where it stands.

import { FilmSource } from "./player-film.js";

const root = document.querySelector("[data-beside]");
const length = Number(root.dataset.length);
const film = new FilmSource(root.querySelector("[data-film]"), {
  length,
  furthest: length,
  topRate: 200,
});
film.free();
film.addEventListener("wanted", () => film.play());

const two = (n) => String(n).padStart(2, "0");
const stamp = (seconds) => {
  const whole = Math.floor(seconds);
  const rest = Math.round((seconds - whole) * 1000);
  const clock = [whole / 3600, (whole / 60) % 60, whole % 60].map((n) => two(Math.floor(n)));
  return `${clock.join(":").replace(/^00:/, "")}.${String(rest).padStart(3, "0")}`;
};
const short = (seconds) => {
  const whole = Math.floor(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};
const seconds = (text) =>
  text
    .replace(/：/g, ":")
    .replace(",", ".")
    .split(":")
    .reduce((sum, part) => sum * 60 + Number(part), 0);

for (const hidden of root.querySelectorAll("[data-at-now], [data-go], [data-cue-add], [data-cue-drop]")) {
  hidden.hidden = false;
}

// -- questions -----------------------------------------------------------------------

root.addEventListener("click", (event) => {
  const now = event.target.closest("[data-at-now]");
  if (now) {
    film.pause();
    now.parentElement.querySelector("[data-at]").value = short(film.playhead);
  }
  const go = event.target.closest("[data-go]");
  if (go) film.seekTo(seconds(go.dataset.go));
});

// -- captions --------------------------------------------------------------------------

const list = root.querySelector("[data-cue-list]");
const fields = (row) => [...row.querySelectorAll("input")];
const rows = () => [...list.querySelectorAll("[data-cue]")];

function fresh() {
  const row = rows().at(-1).cloneNode(true);
  for (const field of fields(row)) field.value = "";
  row.removeAttribute("data-now");
  return row;
}

function add() {
  const at = film.playhead;
  const row = rows().find((one) => fields(one).every((field) => !field.value)) ?? fresh();
  const next = rows().find((one) => {
    const start = fields(one)[0].value;
    return one !== row && start && seconds(start) > at;
  });
  const [start, end, words] = fields(row);
  start.value = stamp(at);
  const until = next ? Math.min(at + 4, seconds(fields(next)[0].value)) : at + 4;
  end.value = stamp(Math.min(length, until));
  if (next) next.before(row);
  else list.append(row);
  words.focus();
}

root.querySelector("[data-cue-add]").addEventListener("click", () => {
  film.pause();
  add();
});

list.addEventListener("click", (event) => {
  const drop = event.target.closest("[data-cue-drop]");
  if (!drop) return;
  const row = drop.closest("[data-cue]");
  if (rows().length > 1) row.remove();
  else for (const field of fields(row)) field.value = "";
});

// A row is looked at where the film stands when its words are worked on.
list.addEventListener("focusin", (event) => {
  if (!event.target.matches(".cue-words")) return;
  const start = fields(event.target.closest("[data-cue]"))[0].value;
  const at = seconds(start);
  if (start && !film.playing && Math.abs(film.playhead - at) > 1) film.seekTo(at);
});

film.addEventListener("tick", () => {
  const at = film.playhead;
  for (const row of rows()) {
    const [start, end] = fields(row).map((field) => field.value);
    row.dataset.now = String(Boolean(start) && seconds(start) <= at && at < seconds(end));
  }
});
