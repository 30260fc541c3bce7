// The study page: joins what is watched or read to the line, and says what counts.

import { FilmSource, clock } from "./player-film.js";
import { StudyLine } from "./player-line.js";
import { PageSource } from "./player-page.js";
import { bindQuestions } from "./player-questions.js";

const STOP_UNHEARD_SECONDS = 55;

class Player {
  constructor(root) {
    this.root = root;
    this.facts = Object.fromEntries(
      ["film", "target", "credited", "position", "furthest", "topRate"].map((name) => [
        name,
        Number(root.dataset[name]),
      ]),
    );
    this.finished = root.dataset.done === "true";
    this.notes = {};
    this.line = new StudyLine({ ...root.dataset });
    Object.assign(this.line.state, {
      credited: this.facts.credited,
      target: this.facts.target,
      position: this.facts.position,
      furthest: this.facts.furthest,
    });
    this.spans = [{ from: this.facts.position, to: null }];
    this.source = this.#source();
    this.#bindSource();
    this.#bindLine();
    this.#bindPage();
    if (this.finished) this.source.free();
    else if (root.dataset.kind !== "film" && this.facts.target) this.start();
    this.show();
  }

  #source() {
    const { film, position, furthest, topRate } = this.facts;
    if (this.root.dataset.kind !== "film") return new PageSource({ length: film, position });
    const stage = this.root.querySelector("[data-film]");
    const source = new FilmSource(stage, { length: film, furthest, topRate });
    source.seekTo(this.finished || position >= film - 1 ? 0 : position);
    return source;
  }

  // -- playing and stopping -----------------------------------------------------

  async start(takeOver = false) {
    this.note("refused", "");
    this.note("taken", "");
    // The film starts within the person's own touch; a phone allows it nowhere else.
    const playing = this.source.play();
    if (!this.finished && (takeOver || !this.line.live || this.line.stale)) {
      if (!(await this.line.open(takeOver))) {
        if (!this.finished) this.source.pause();
        return;
      }
    }
    if (!(await playing)) this.note("paused", "paused");
    this.schedule();
  }

  /** How much was watched that the server has not answered for. */
  get pending() {
    return this.spans.reduce(
      (sum, span) => sum + Math.max(0, (span.to ?? this.source.playhead) - span.from),
      0,
    );
  }

  claim() {
    const span = this.spans[0];
    const from = Math.floor(span.from);
    const to = Math.floor(span.to ?? this.source.playhead);
    return { media_from: from, media_to: Math.max(from, to), state: "playing" };
  }

  schedule(seconds = this.line.due(this.pending)) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), seconds * 1000);
  }

  async flush() {
    clearTimeout(this.timer);
    if (this.finished || !this.line.live) return;
    if (this.line.beating) {
      this.again = true;
      return;
    }
    this.again = false;
    const told = this.spans[0];
    const answer = await this.line.beat(() => this.claim());
    if (!answer || this.finished) return;
    this.#settle(told, answer);
    const over = this.spans.length > 1 || (this.again && this.pending >= 1);
    if (over) this.schedule(0.2);
    else if (this.source.playing) this.schedule();
  }

  #settle(told, answer) {
    if (told.to !== null && this.spans.length > 1) {
      this.spans.shift();
      return;
    }
    const span = this.spans[0];
    if (told !== span) return;
    span.from = answer.position;
    if (answer.seek) this.#goBack(answer.position);
  }

  #goBack(position) {
    this.spans = [{ from: position, to: null }];
    this.source.seekTo(position);
  }

  // -- what happens ---------------------------------------------------------------

  #bindSource() {
    const { source } = this;
    source.addEventListener("wanted", () => this.start());
    source.addEventListener("play", () => {
      this.note("paused", "");
      if (!this.finished && !this.line.live && !this.line.opening) this.start();
    });
    source.addEventListener("pause", () => {
      if (source.playhead < this.facts.film) this.note("paused", "paused");
      this.flush();
    });
    source.addEventListener("waiting", () => this.note("stalled", "waiting"));
    source.addEventListener("playing", () => this.note("stalled", ""));
    source.addEventListener("ended", () => this.flush());
    source.addEventListener("error", () => this.note("stalled", "media"));
    source.addEventListener("barred", () => this.flash("barred"));
    source.addEventListener("moved", (event) => this.#moved(event.detail));
    source.addEventListener("tick", () => this.#tick());
  }

  #moved({ from, to }) {
    if (this.finished) return;
    const span = this.spans.at(-1);
    if (from - span.from >= 1) {
      span.to = from;
      this.spans.push({ from: to, to: null });
      this.flush();
    } else {
      span.from = to;
    }
  }

  #tick() {
    const unheard = this.pending;
    if (!this.finished && unheard > STOP_UNHEARD_SECONDS && this.source.playing) {
      this.waitingForLine = true;
      this.source.pause();
      this.note("line", "offline");
    }
    this.show();
  }

  #bindLine() {
    const { line } = this;
    line.addEventListener("heard", ({ detail }) => {
      this.note("line", "");
      this.note("server", detail.reason ?? "");
      if (this.waitingForLine) {
        this.waitingForLine = false;
        setTimeout(() => this.start(), 0);
      }
    });
    line.addEventListener("opened", ({ detail }) => {
      const head = this.source.playhead;
      const chosen = head <= detail.furthest + 1 && Math.abs(head - detail.position) > 2;
      this.#goBack(chosen ? Math.floor(head) : detail.position);
    });
    line.addEventListener("lost", ({ detail }) => {
      if (detail.tries > 2 && !this.waitingForLine) this.note("line", "shaky");
    });
    line.addEventListener("refused", ({ detail }) => this.#refused(detail));
    line.addEventListener("done", () => this.finish());
  }

  #refused({ status, code, detail }) {
    if (["lease.silent", "lease.left", "lease.reopened"].includes(code)) {
      this.start();
      return;
    }
    this.source.pause();
    this.spans = [{ from: this.source.playhead, to: null }];
    if (["lease.taken", "lease.taken_over"].includes(code)) this.note("taken", "taken");
    else if (status === 401) this.note("refused", "signed_out");
    else if (code === "form.expired") this.note("refused", "expired");
    else this.note("refused", detail || "refused", Boolean(detail));
  }

  #bindPage() {
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) {
        this.wasPlaying = this.source.playing;
        if (this.wasPlaying && !this.finished) {
          this.source.pause();
          this.note("hidden", "hidden");
        }
      } else {
        this.note("hidden", "");
        if (this.wasPlaying && !this.finished) this.start();
      }
    });
    window.addEventListener("pagehide", () => {
      if (!this.finished && !this.line.beating) this.line.leave({ ...this.claim(), state: "left" });
    });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) window.location.reload();
    });
    this.root
      .querySelector("[data-take-over]")
      ?.addEventListener("click", () => this.start(true));
    bindQuestions(this.root, (answer) => {
      if (answer.done) this.finish();
    });
  }

  finish() {
    if (this.finished) return;
    this.finished = true;
    clearTimeout(this.timer);
    this.line.state.credited = Math.max(this.line.state.credited, this.line.state.target);
    this.root.dataset.done = "true";
    this.source.free();
    if (this.root.dataset.kind !== "film") this.source.pause();
    for (const name of Object.keys(this.notes)) this.note(name, "");
    document
      .querySelector(`[data-lesson-row="${this.root.dataset.lesson}"]`)
      ?.setAttribute("data-done", "true");
    const done = document.querySelectorAll('[data-lesson-row][data-done="true"]').length;
    for (const place of document.querySelectorAll("[data-done-count]")) {
      place.textContent = String(done);
    }
    this.show();
    this.root.querySelector("[data-finished] a, [data-finished] button")?.focus();
  }

  // -- what the person sees ---------------------------------------------------------

  note(place, word, literal = false) {
    this.notes[place] = word ? this.#words(word, literal) : "";
    this.root.dataset.taken = String(Boolean(this.notes.taken));
    this.show();
  }

  flash(word) {
    this.note("flash", word);
    clearTimeout(this.flashTimer);
    this.flashTimer = setTimeout(() => this.note("flash", ""), 4000);
  }

  #words(word, literal) {
    if (literal) return word;
    return this.root.querySelector(`[data-word="${word}"]`)?.textContent.trim() ?? word;
  }

  show() {
    const { credited, target, furthest } = this.line.state;
    const span = this.spans.at(-1);
    const fresh = Math.max(0, (this.source?.playhead ?? 0) - Math.max(span.from, furthest));
    const pending = this.finished ? 0 : Math.min(fresh, Math.max(0, target - credited));
    const put = (name, text) => {
      const place = this.root.querySelector(`[data-${name}]`);
      if (place && place.textContent !== text) place.textContent = text;
    };
    put("counted", clock(credited));
    put("awaited", clock(pending));
    const bar = this.root.querySelector("[data-progress]");
    if (bar) {
      bar.style.setProperty("--counted", `${(100 * credited) / Math.max(1, target)}%`);
      bar.style.setProperty("--awaited", `${(100 * pending) / Math.max(1, target)}%`);
    }
    this.root.dataset.pending = String(pending >= 1);
    put("reason", this.finished ? "" : this.#reason());
  }

  #reason() {
    const order = ["refused", "taken", "line", "hidden", "flash", "stalled", "paused", "server"];
    return order.map((place) => this.notes[place]).find(Boolean) ?? "";
  }
}

function bindDrawer() {
  const drawer = document.querySelector("[data-drawer]");
  for (const button of document.querySelectorAll("[data-drawer-toggle]")) {
    button.addEventListener("click", () => {
      const open = drawer.dataset.open !== "true";
      drawer.dataset.open = String(open);
      button.setAttribute("aria-expanded", String(open));
      if (open) drawer.querySelector("a")?.focus();
    });
  }
}

bindDrawer();
for (const root of document.querySelectorAll("[data-player]")) new Player(root);
