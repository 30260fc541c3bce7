// A film as learners will see it: with its questions on the way, and no credit.

import { PaperView } from "./paper.js";
import { FilmSource } from "./player-film.js";
import { AskedOnTheWay } from "./player-questions.js";

const root = document.querySelector("[data-look]");
const paper = root?.querySelector("[data-pages]");
const stage = root?.querySelector("[data-film]");

if (stage) {
  const length = Number(root.dataset.length);
  const film = new FilmSource(stage, { length, furthest: length, topRate: 200 });
  film.free();
  const asking = new AskedOnTheWay(root, { stop: () => film.pause(), go: () => film.play() });
  let head = 0;
  film.addEventListener("wanted", () => film.play());
  film.addEventListener("moved", ({ detail }) => {
    head = detail.to;
  });
  film.addEventListener("tick", () => {
    if (film.moving) asking.passed(head, film.playhead);
    head = film.playhead;
  });
}

if (paper) new PaperView(paper);
