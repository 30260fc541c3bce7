// The study page: joins what is watched or read to the line, and says what counts.

import { PresenceCheck } from "./player-check.js";
import { FilmSource, clock } from "./player-film.js";
import { StudyLine } from "./player-line.js";
import { PageSource } from "./player-page.js";
import { PaperSource } from "./player-paper.js";
import { AskedOnTheWay, bindQuestions } from "./player-questions.js";

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
    this.#bindChecks();
    this.#bindPage();
    if (this.finished) this.source.free();
    else if (root.dataset.kind !== "film" && this.facts.target) this.start();
    this.show();
  }

  #source() {
    const { film, position, furthest, topRate } = this.facts;
    const paper = this.root.querySelector("[data-pages]");
    if (paper) return new PaperSource(paper, { length: film, position, furthest });
    if (this.root.dataset.kind !== "film") return new PageSource({ length: film, position });
    const stage = this.root.querySelector("[data-film]");
    const source = new FilmSource(stage, { length: film, furthest, topRate });
    source.seekTo(this.finished || position >= film - 1 ? 0 : position);
    return source;
  }

  // -- playing and stopping -----------------------------------------------------

  async start(takeOver = false) {
    if (this.checks.open || this.asking.open) return;
    this.note("refused", "");
    this.note("taken", "");
    this.#stopped(false);
    // The film starts within the person's own touch; a phone allows it nowhere else.
    const playing = this.source.play();
    if (!this.finished && (takeOver || !this.line.live || this.line.stale)) {
      if (!(await this.line.open(takeOver))) {
        if (!this.finished) this.source.pause();
        return;
      }
    }
    if (this.checks.open) return;
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
      if (this.checks.open) source.pause();
      else if (!this.finished && !this.line.live && !this.line.opening) this.start();
    });
    source.addEventListener("pause", () => {
      const held = this.checks.open || this.asking.open;
      if (source.playhead < this.facts.film && !held) this.note("paused", "paused");
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
    const head = this.source.playhead;
    if (!this.finished && this.source.moving) this.asking.passed(this.head ?? head, head);
    this.head = head;
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
      if (detail.check) this.#check(detail.check);
      else if (this.checks.open && !this.checks.sending && "earned" in detail) this.#passed();
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
      if (code === "lease.silent") this.flash("silent");
      this.checks.hide();
      this.start();
      return;
    }
    this.checks.hide();
    if (code === "lease.unanswered") {
      this.#unanswered();
      return;
    }
    this.source.pause();
    this.spans = [{ from: this.source.playhead, to: null }];
    if (["lease.taken", "lease.taken_over"].includes(code)) this.note("taken", "taken");
    else if (status === 401) this.note("refused", "signed_out");
    else if (code === "form.expired") this.note("refused", "expired");
    else this.note("refused", detail || "refused", Boolean(detail));
  }

  // -- whether somebody is there ------------------------------------------------------

  #bindChecks() {
    this.checks = new PresenceCheck(this.root.querySelector("[data-check]"), () => this.line.lease);
    this.checks.addEventListener("alive", () => this.flush());
    this.checks.addEventListener("passed", () => this.#passed());
    this.checks.addEventListener("closed", () => {
      this.line.lease = null;
      this.#unanswered();
    });
    this.checks.addEventListener("broken", ({ detail }) => {
      this.line.lease = null;
      this.#refused(detail);
    });
    this.asking = new AskedOnTheWay(this.root, {
      stop: () => this.source.pause(),
      go: () => this.start(),
    });
    this.root.querySelector("[data-go-on]")?.addEventListener("click", () => this.start());
  }

  #check(check) {
    if (!this.checks.show(check)) return;
    this.asking.cancel();
    clearTimeout(this.timer);
    this.source.pause();
  }

  /** Go on where the server stands: what ran while the question was on its way is seen anew. */
  #passed() {
    this.checks.hide();
    this.note("server", "");
    this.#goBack(this.line.state.position);
    this.start();
  }

  #unanswered() {
    clearTimeout(this.timer);
    this.source.pause();
    this.#goBack(this.line.state.position);
    this.note("paused", "");
    this.note("server", "unanswered");
    this.#stopped(true);
    this.root.querySelector("[data-go-on]")?.focus();
  }

  #stopped(on) {
    this.root.dataset.stopped = String(on);
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
    bindQuestions(this.root, (answer, form) => {
      this.asking.answered(form);
      if (answer.done) this.finish();
    });
  }

  finish() {
    if (this.finished) return;
    this.finished = true;
    clearTimeout(this.timer);
    this.checks.hide();
    this.#stopped(false);
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
