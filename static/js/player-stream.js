// How a film reaches its <video>: in pieces by quality, else as one file.
//
// Safari plays lists of pieces by itself; elsewhere hls.js feeds them, fetched only when a
// film needs it. Whatever fails for good falls back to the one file. Positions are seconds
// of the film in every case.

const KEPT = "film-lines";
const BUFFER_SECONDS = 30;
const BUFFER_BYTES = 4_000_000;
const FRESH_TRIES = 3;
const LIST = "application/vnd.apple.mpegurl";

const apple = () => /^Apple/.test(navigator.vendor ?? "");

export class FilmStream extends EventTarget {
  /** `list` leads to the qualities (or is empty), `file` to the film as one file. */
  constructor(video, { list, file }) {
    super();
    Object.assign(this, { video, list, file, lines: [], fresh: 0 });
    this.chosen = this.#kept();
    this.ready = list ? this.#open() : this.#whole();
  }

  /** Play one quality, or (0) whichever the line carries. */
  choose(lines) {
    this.chosen = lines;
    try {
      localStorage.setItem(KEPT, String(lines));
    } catch {
      // A browser that keeps nothing asks again next time.
    }
    if (this.hls) this.#level();
    else if (this.native) this.#again(this.#address());
  }

  #kept() {
    let kept = 0;
    try {
      kept = Number(localStorage.getItem(KEPT) ?? 0);
    } catch {
      kept = 0;
    }
    return kept || (navigator.connection?.saveData ? 1 : 0);
  }

  async #open() {
    // Safari's own way is set within the call: its play() may follow at once.
    if (apple() && this.video.canPlayType(LIST)) return this.#natively();
    try {
      const { default: Hls } = await import("./vendor/hls-light.js");
      if (Hls.isSupported()) return this.#feed(Hls);
    } catch {
      // Without the script the one file will do.
    }
    return this.#whole();
  }

  // -- by hls.js ----------------------------------------------------------------------

  /** Fetch from a second on: nothing of a film is fetched before somebody wants it. */
  start(seconds) {
    this.wanted ??= seconds;
    if (this.hls && !this.loading) {
      this.loading = true;
      this.hls.startLoad(this.wanted);
    }
  }

  #feed(Hls) {
    const hls = new Hls({
      autoStartLoad: false,
      enableWorker: false,
      maxBufferLength: BUFFER_SECONDS,
      maxMaxBufferLength: 2 * BUFFER_SECONDS,
      maxBufferSize: BUFFER_BYTES,
      backBufferLength: BUFFER_SECONDS,
      capLevelToPlayerSize: false,
      xhrSetup: (request) => {
        // Another machine's addresses carry their own leave.
        request.withCredentials = false;
      },
    });
    this.hls = hls;
    this.loading = false;
    hls.on(Hls.Events.MANIFEST_PARSED, () => {
      this.lines = hls.levels.map((one) => Math.min(one.width, one.height));
      this.#level();
      this.dispatchEvent(new Event("qualities"));
      if (this.wanted !== undefined) this.start(this.wanted);
    });
    hls.on(Hls.Events.ERROR, (_event, told) => this.#failed(Hls, told));
    hls.loadSource(this.list);
    hls.attachMedia(this.video);
  }

  #level() {
    const { hls, chosen } = this;
    const lowest = this.lines.indexOf(Math.min(...this.lines));
    const wanted = chosen === 1 ? lowest : this.lines.indexOf(chosen);
    hls.nextLevel = chosen ? wanted : -1;
  }

  #failed(Hls, { type, details, fatal, response }) {
    const over = [403, 404].includes(response?.code) && /frag/i.test(details);
    if (over && this.fresh < FRESH_TRIES) {
      // The addresses are over: the list is asked for again, and gives new ones.
      this.fresh += 1;
      this.wanted = this.video.currentTime;
      this.#resume();
      this.hls.destroy();
      this.#feed(Hls);
      return;
    }
    if (!fatal) return;
    if (type === Hls.ErrorTypes.MEDIA_ERROR && !this.mended) {
      this.mended = true;
      this.hls.recoverMediaError();
      return;
    }
    if (type === Hls.ErrorTypes.NETWORK_ERROR && !response?.code) {
      // The line is broken, not the film: try until it is back.
      setTimeout(() => this.hls?.startLoad(), 3000);
      return;
    }
    this.hls.destroy();
    this.hls = null;
    this.#again(this.file);
    this.lines = [];
    this.dispatchEvent(new Event("qualities"));
  }

  // -- by the browser alone -------------------------------------------------------------

  async #natively() {
    this.native = true;
    this.video.src = this.#address();
    this.video.addEventListener("error", () => this.#broken());
    try {
      const listed = await (await fetch(this.list, { credentials: "same-origin" })).text();
      this.lines = [...listed.matchAll(/RESOLUTION=(\d+)x(\d+)/g)].map(([, wide, high]) =>
        Math.min(Number(wide), Number(high)),
      );
      if (this.chosen) this.#again(this.#address());
      this.dispatchEvent(new Event("qualities"));
    } catch {
      // One quality, chosen by the browser, is enough.
    }
  }

  #broken() {
    if (!this.native) return;
    if (this.fresh < FRESH_TRIES) {
      this.fresh += 1;
      this.#again(this.#address());
      return;
    }
    this.native = false;
    this.lines = [];
    this.#again(this.file);
    this.dispatchEvent(new Event("qualities"));
  }

  #address() {
    const lines = this.chosen === 1 ? Math.min(...this.lines) : this.chosen;
    return this.chosen && this.lines.includes(lines) ? `${this.list}?lines=${lines}` : this.list;
  }

  // -- as one file --------------------------------------------------------------------

  #whole() {
    this.video.src = this.file;
  }

  /** Take another source and stand where the film stood. */
  #again(source) {
    if (this.video.getAttribute("src") === source) return;
    this.#resume();
    this.video.src = source;
  }

  #resume() {
    const { video } = this;
    const [at, playing] = [video.currentTime, !video.paused];
    this.dispatchEvent(new CustomEvent("moving", { detail: at }));
    video.addEventListener(
      "loadedmetadata",
      () => {
        this.dispatchEvent(new CustomEvent("moving", { detail: at }));
        video.currentTime = at;
        if (playing) video.play().catch(() => {});
      },
      { once: true },
    );
  }
}

/** Shows what stands at a place of the film while somebody looks for it. */
export class FilmGlance {
  constructor(range, box, address) {
    Object.assign(this, { range, box, address });
    for (const name of ["pointermove", "pointerdown", "input", "focus"]) {
      range.addEventListener(name, (event) => this.#look(event));
    }
    for (const name of ["pointerleave", "blur", "change"]) {
      range.addEventListener(name, () => {
        box.hidden = true;
      });
    }
  }

  async #look(event) {
    this.cues ??= this.#load();
    const cues = await this.cues;
    const [box, wide] = [this.range.getBoundingClientRect(), Number(this.range.max)];
    const byHand = event.type.startsWith("pointer");
    const share = byHand ? (event.clientX - box.left) / box.width : this.range.value / wide;
    const at = Math.max(0, Math.min(1, share)) * wide;
    const cue = cues.find((one) => at < one.until) ?? cues.at(-1);
    if (!cue || (event.type === "focus" && !this.range.matches(":focus-visible"))) return;
    const [x, y, w, h] = cue.place;
    const { style } = this.box.firstElementChild;
    Object.assign(style, {
      width: `${w}px`,
      height: `${h}px`,
      backgroundImage: `url("${cue.sheet}")`,
      backgroundPosition: `-${x}px -${y}px`,
    });
    const whole = Math.floor(at);
    this.box.lastElementChild.textContent =
      `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
    this.box.hidden = false;
    const left = Math.max(w / 2, Math.min(box.width - w / 2, (at / wide) * box.width));
    this.box.style.left = `${left}px`;
  }

  async #load() {
    try {
      const answer = await fetch(this.address, { credentials: "same-origin" });
      const found = (await answer.text()).matchAll(
        /--> (\d+):(\d+):(\d+)\.\d+\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/g,
      );
      return [...found].map(([, h, m, s, sheet, ...place]) => ({
        until: Number(h) * 3600 + Number(m) * 60 + Number(s),
        sheet,
        place: place.map(Number),
      }));
    } catch {
      return [];
    }
  }
}
