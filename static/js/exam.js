// The paper: keeps each answer on the server as it is given, shows the time that is left.
// The server's clock rules; this one only counts down what the page was told.

import { ask } from "./dialog.js";
import { paged } from "./exam-pages.js";

const form = document.querySelector("[data-exam]");
if (form) start(form);

function start(form) {
  const words = form.dataset;
  const state = form.querySelector("[data-exam-state]");
  const clock = form.querySelector("[data-exam-clock]");
  const count = form.querySelector("[data-exam-count]");
  const token = document.querySelector("meta[name=csrf-token]").content;
  const ends = performance.now() + Number(words.left) * 1000;
  const owed = new Map();
  let sending = false;
  // Only where this runs is each answer saved as it is given.
  state.textContent = words.wordsKept;
  form.querySelector("[data-exam-away]").hidden = false;

  const chosen = (place) =>
    [...form.querySelectorAll(`[name=q${place}]:checked`)].map((i) => Number(i.value));

  const tally = () => {
    const done = new Set(
      [...form.querySelectorAll(".questions input:checked")].map((i) => i.name),
    );
    count.textContent = done.size;
    form.querySelectorAll("[data-go]").forEach((a) => {
      a.classList.toggle("done", done.has(`q${a.dataset.go}`));
    });
    return done.size;
  };

  async function send() {
    if (sending || owed.size === 0) return;
    sending = true;
    const batch = Object.fromEntries(owed);
    owed.clear();
    state.textContent = words.wordsSaving;
    try {
      const reply = await fetch(words.save, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ answers: batch }),
        keepalive: true, // Who leaves at once still has it saved.
      });
      if (reply.status === 409) {
        owed.clear();
        return location.reload();
      }
      if (!reply.ok) throw new Error(String(reply.status));
      state.textContent = words.wordsSaved;
    } catch {
      for (const [place, choice] of Object.entries(batch)) {
        if (!owed.has(place)) owed.set(place, choice);
      }
      state.textContent = words.wordsOffline;
      setTimeout(send, 3000);
    } finally {
      sending = false;
    }
    if (owed.size) send();
  }

  form.addEventListener("change", (event) => {
    const place = event.target.closest("[data-place]")?.dataset.place;
    if (place === undefined) return;
    owed.set(place, chosen(place));
    tally();
    send();
  });

  // The button asks first, here in a dialog and without script on a page of its own;
  // what is sent without the button hands the paper in.
  form.addEventListener("submit", async (event) => {
    if (form.dataset.over || !event.submitter) return letGo();
    event.preventDefault();
    const open = Number(words.total) - tally();
    const told = open ? words.wordsOpen.replace("{n}", open) : words.wordsAll;
    const sure = await ask(told, { yes: words.wordsYes, no: words.wordsNo });
    if (sure) form.requestSubmit();
    else if (open) pages.open();
  });

  // What the server does not hold yet goes with the paper itself, but not with a link.
  const held = (event) => owed.size && event.preventDefault();
  const letGo = () => window.removeEventListener("beforeunload", held);
  window.addEventListener("beforeunload", held);

  function tick() {
    const left = Math.max(0, Math.round((ends - performance.now()) / 1000));
    const minutes = String(Math.floor(left / 60));
    clock.textContent = `${minutes}:${String(left % 60).padStart(2, "0")}`;
    clock.parentElement.classList.toggle("soon", left <= 300);
    if (left > 0) return setTimeout(tick, 1000);
    form.dataset.over = "1";
    form.requestSubmit();
  }

  window.addEventListener("online", send);
  const pages = paged(form);
  tally();
  tick();
}
