// A lesson's film in the editor: sends what was chosen, and shows how it is getting on.

import { FilmSender } from "./film-send.js";

const EVERY_MS = 2000;
const place = document.querySelector("[data-film-panel]");
const form = document.querySelector("[data-film-new]");
const state = document.querySelector("[data-film-sending]");
const says = (name) =>
  state.querySelector(`[data-film-says="${name}"]`)?.textContent.trim() ?? name;

let sending = false;
addEventListener("beforeunload", (event) => {
  if (sending) event.preventDefault();
});

const clock = (seconds) => {
  const minutes = Math.ceil(seconds / 60);
  return minutes < 2 ? says("minute") : says("minutes").replace("#", String(minutes));
};

const pace = (bytes) =>
  bytes > 1e6 ? `${(bytes / 1e6).toFixed(1)} MB/s` : `${Math.ceil(bytes / 1e3)} KB/s`;

class Bar {
  constructor() {
    this.bar = state.querySelector("progress");
    this.words = state.querySelector("[data-film-words]");
    this.aloud = state.querySelector("[data-film-aloud]");
    this.spoken = -1;
    state.hidden = false;
  }

  show({ share, pace: speed, left }) {
    const percent = Math.floor(100 * share);
    this.bar.value = percent;
    const more = left === null ? "" : ` · ${pace(speed)} · ${clock(left)}`;
    this.words.textContent = says("sending").replace("#", String(percent)) + more;
    // A screen reader hears every tenth.
    const tenth = Math.floor(percent / 10);
    if (tenth > this.spoken) this.aloud.textContent = says("sending").replace("#", String(percent));
    this.spoken = tenth;
  }

  say(words) {
    this.words.textContent = words;
    this.aloud.textContent = words;
  }
}

/** Send a film; gives true when it is all there. */
function send(file, beginUrl) {
  const bar = new Bar();
  const sender = new FilmSender(file, beginUrl);
  sending = true;
  return new Promise((done) => {
    const end = (well) => {
      sending = false;
      done(well);
    };
    sender.addEventListener("naming", () => bar.say(says("naming")));
    sender.addEventListener("progress", ({ detail }) => {
      if (!sender.broken) bar.show(detail);
    });
    sender.addEventListener("lost", () => bar.say(says("lost")));
    sender.addEventListener("refused", ({ detail }) => {
      bar.say(detail.words || says("failed"));
      end(false);
    });
    sender.addEventListener("sent", () => {
      bar.say(says("sent"));
      end(true);
    });
    sender.run();
  });
}

// -- the page of a lesson that is there ---------------------------------------------

async function refresh() {
  const answer = await fetch(place.dataset.filmPanel, { headers: { Accept: "text/html" } }).catch(
    () => null,
  );
  if (!answer?.ok) return;
  const before = place.querySelector("[data-film-now]")?.dataset.filmNow;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-film-now]");
  if (!fresh) return;
  const bar = place.querySelector("progress");
  if (before === fresh.dataset.filmNow && bar) {
    const [next, label] = [fresh.querySelector("progress"), fresh.querySelector(".bar-label")];
    bar.value = next.value;
    bar.setAttribute("aria-label", next.getAttribute("aria-label"));
    place.querySelector(".bar-label").textContent = label.textContent;
  } else {
    // The panel alone: what is being written below it stays.
    state.hidden = true;
    place.replaceChildren(document.importNode(fresh, true));
  }
}

function watch() {
  if (place.querySelector('[data-live="true"]') && !document.hidden) refresh();
}

if (place) {
  setInterval(watch, EVERY_MS);
  place.addEventListener("change", async (event) => {
    const chosen = event.target.matches("[type=file]") ? event.target.files[0] : null;
    if (!chosen || sending) return;
    event.target.disabled = true;
    for (const rest of place.querySelectorAll("[data-film-rest]")) rest.hidden = true;
    if (await send(chosen, place.dataset.filmBegin)) return refresh();
    event.target.disabled = false;
    event.target.value = "";
  });
}

// -- a new lesson: first its facts, then its film -----------------------------------

async function create(event) {
  const field = form.querySelector("input[name=film]");
  const file = field?.files[0];
  if (!file || event.submitter?.formTarget) return;
  event.preventDefault();
  const buttons = form.querySelectorAll("button[type=submit]");
  for (const one of buttons) one.disabled = true;
  const body = new FormData(form);
  body.delete("film");
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", headers, body }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (!answer?.ok || !told?.begin) {
    new Bar().say(told?.detail ?? says("failed"));
    for (const one of buttons) one.disabled = false;
    return;
  }
  // The lesson is there: whoever loads the page anew goes on with it.
  history.replaceState(null, "", told.next);
  field.disabled = true;
  if (await send(file, told.begin)) return location.assign(told.next);
  state.querySelector("[data-film-next]").hidden = false;
  state.querySelector("[data-film-next] a").href = told.next;
}

form?.addEventListener("submit", create);
