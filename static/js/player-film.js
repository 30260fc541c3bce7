// A film with controls of our own: big enough for a thumb, and no way past what was seen.

import { FilmGlance, FilmStream } from "./player-stream.js";

const clock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};

export class FilmSource extends EventTarget {
  constructor(root, { length, furthest, topRate }) {
    super();
    this.root = root;
    this.video = root.querySelector("video");
    this.length = length;
    this.furthest = furthest;
    this.topRate = topRate;
    this.last = 0;
    this.ownMove = null;
    this.held = null;
    this.place = null;
    const { filmList: list, filmFile: file } = root.dataset;
    this.stream = new FilmStream(this.video, { list, file });
    this.#bindStream();
    this.#bindVideo();
    this.#bindControls();
    this.#bindKeys();
  }

  get playhead() {
    return this.video.ended ? this.length : Math.min(this.last, this.length);
  }

  get playing() {
    return !this.video.paused && !this.video.ended;
  }

  /** Whether time is passing in the film, not only asked to. */
  get moving() {
    return this.playing && this.video.readyState > 2;
  }

  async play() {
    try {
      // A phone lets a film begin within the touch alone: no waiting where none is due.
      if (!this.video.src) await this.stream.ready;
      this.stream.start(this.last);
      await this.video.play();
      return true;
    } catch {
      return false;
    }
  }

  pause() {
    this.video.pause();
  }

  seekTo(seconds) {
    this.last = seconds;
    this.#set(seconds);
    this.#show();
  }

  /** Move the film ourselves; the event that follows is not the person's. */
  #set(seconds) {
    this.ownMove = seconds;
    if (this.unbound) this.stream.start(seconds);
    this.#place(seconds);
  }

  /** Let the person move it: what they look for is fetched. */
  #want(seconds) {
    this.stream.start(seconds);
    this.#place(seconds);
  }

  #place(seconds) {
    const { video } = this;
    if (video.readyState > 0) {
      video.currentTime = seconds;
      return;
    }
    if (this.place === null) {
      const arrive = () => {
        const to = this.place;
        this.place = null;
        video.currentTime = to;
      };
      video.addEventListener("loadedmetadata", arrive, { once: true });
    }
    this.place = seconds;
  }

  free() {
    this.furthest = this.length;
    this.unbound = true;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** While another source takes over, the film stands where it stood. */
  #holding() {
    if (this.held !== null && Math.abs(this.video.currentTime - this.held) < 0.5) this.held = null;
    return this.held !== null;
  }

  #bindStream() {
    const choice = this.#part("quality");
    this.stream.addEventListener("moving", ({ detail }) => {
      this.held = detail;
    });
    this.stream.addEventListener("qualities", () => {
      if (!choice) return;
      const { lines, chosen } = this.stream;
      choice.hidden = lines.length < 2;
      choice.replaceChildren(choice.options[0], ...lines.map((one) => new Option(`${one}p`, one)));
      choice.value = String(lines.includes(chosen) ? chosen : chosen && Math.min(...lines));
    });
    choice?.addEventListener("change", () => this.stream.choose(Number(choice.value)));
    const box = this.#part("glance");
    if (box) new FilmGlance(this.#part("range"), box, box.dataset.filmGlance);
  }

  #bindVideo() {
    const { video } = this;
    video.addEventListener("timeupdate", () => {
      if (video.seeking || this.#holding()) return;
      this.last = video.currentTime;
      this.furthest = Math.max(this.furthest, this.last);
      this.#show();
      this.#tell("tick");
    });
    video.addEventListener("seeking", () => this.#sought());
    video.addEventListener("ratechange", () => {
      if (video.playbackRate * 100 > this.topRate) video.playbackRate = this.topRate / 100;
    });
    for (const name of ["play", "pause", "ended", "waiting", "playing", "error"]) {
      video.addEventListener(name, () => {
        this.#show();
        this.#tell(name);
      });
    }
    video.addEventListener("loadedmetadata", () => this.#show());
    video.addEventListener("click", () => this.#toggle());
  }

  #sought() {
    if (this.#holding()) return;
    if (this.ownMove !== null && Math.abs(this.video.currentTime - this.ownMove) < 0.5) {
      this.ownMove = null;
      return;
    }
    const from = this.last;
    let to = this.video.currentTime;
    if (!this.unbound && to > this.furthest + 1) {
      to = Math.max(from, Math.min(this.furthest, this.length));
      this.#tell("barred", { to });
      this.#set(to);
    }
    this.last = to;
    if (Math.abs(to - from) > 0.75) this.#tell("moved", { from, to });
    this.#show();
  }

  #part(name) {
    return this.root.querySelector(`[data-film-${name}]`);
  }

  #bindControls() {
    const on = (name, act) => this.#part(name)?.addEventListener("click", act);
    on("play", () => this.#toggle());
    on("big", () => this.#toggle());
    on("back", () => this.#jump(-10));
    on("mute", () => {
      this.video.muted = !this.video.muted;
      this.#show();
    });
    on("captions", () => this.#captions());
    on("full", () => this.#full());
    this.range = this.#part("range");
    this.range?.addEventListener("input", () => {
      this.#want(Number(this.range.value));
    });
    this.#part("rate")?.addEventListener("change", (event) => {
      this.video.playbackRate = Number(event.target.value);
    });
  }

  #bindKeys() {
    const acts = {
      " ": () => this.#toggle(),
      k: () => this.#toggle(),
      ArrowLeft: () => this.#jump(-5),
      ArrowRight: () => this.#jump(5),
      m: () => this.#part("mute")?.click(),
      c: () => this.#captions(),
      f: () => this.#full(),
    };
    document.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.target.closest("input:not([type=range]), textarea, select, form, summary")) return;
      const pressing = event.target.closest("button, a") && event.key === " ";
      const act = acts[event.key];
      if (!act || pressing) return;
      event.preventDefault();
      act();
    });
  }

  #toggle() {
    if (this.playing) this.pause();
    else this.#tell("wanted");
  }

  #jump(seconds) {
    this.#want(Math.max(0, this.last + seconds));
  }

  #captions() {
    const track = this.video.textTracks[0];
    if (!track) return;
    track.mode = track.mode === "showing" ? "hidden" : "showing";
    this.#part("captions")?.setAttribute("aria-pressed", String(track.mode === "showing"));
  }

  #full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.root.requestFullscreen) this.root.requestFullscreen();
    else this.video.webkitEnterFullscreen?.();
  }

  // A file runs a little past the length that is counted: nobody reads 0:49 / 0:48.
  get #shown() {
    return `${clock(Math.min(this.last, this.length))} / ${clock(this.length)}`;
  }

  #show() {
    const { root, video } = this;
    root.dataset.playing = String(this.playing);
    root.dataset.muted = String(video.muted);
    if (this.range) {
      this.range.value = String(Math.floor(this.last));
      this.range.setAttribute("aria-valuetext", this.#shown);
      const share = (seconds) => `${Math.min(100, (100 * seconds) / this.length)}%`;
      this.range.style.setProperty("--at", share(this.last));
      this.range.style.setProperty("--seen", share(this.furthest));
    }
    const time = this.#part("time");
    if (time) time.textContent = this.#shown;
  }
}

export { clock };
