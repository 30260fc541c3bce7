// A document is read as a film is seen: it lasts as long as its dwell, while it is in view.

export class PageSource extends EventTarget {
  constructor({ length, position }) {
    super();
    this.length = length;
    this.head = position;
    this.running = false;
    this.since = 0;
    setInterval(() => this.#tick(), 1000);
  }

  get playhead() {
    return Math.min(this.length, this.head);
  }

  get playing() {
    return this.running;
  }

  get moving() {
    return this.running;
  }

  /** How far the seconds may go by themselves. */
  get limit() {
    return Number.POSITIVE_INFINITY;
  }

  async play() {
    if (!this.running) {
      this.running = true;
      this.since = performance.now();
      this.dispatchEvent(new Event("play"));
    }
    return true;
  }

  pause() {
    if (!this.running) return;
    this.#tick();
    this.running = false;
    this.dispatchEvent(new Event("pause"));
  }

  seekTo(seconds) {
    this.head = seconds;
    this.since = performance.now();
  }

  free() {}

  #tick() {
    if (!this.running) return;
    const now = performance.now();
    // A timer that slept (a locked phone) has not been reading.
    this.head = Math.max(
      this.head,
      Math.min(this.limit, this.head + Math.min(2.5, (now - this.since) / 1000)),
    );
    this.since = now;
    this.dispatchEvent(new Event("tick"));
    if (this.head >= this.length && !this.full) {
      this.full = true;
      this.dispatchEvent(new Event("ended"));
    }
  }
}
