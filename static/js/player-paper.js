// A document is read page by page: each page holds its own seconds, and the next one opens
// when they were read. The server counts; this page only shows what will count.

import { PaperView } from "./paper.js";
import { PageSource } from "./player-page.js";

const BEHIND_SECONDS = 5;

export class PaperSource extends PageSource {
  constructor(root, { length, position, furthest }) {
    super({ length, position });
    this.starts = root.dataset.starts.split(" ").map(Number);
    this.furthest = Math.max(furthest, position);
    this.view = new PaperView(root, (to) => this.unbound || this.furthest >= this.starts[to - 1]);
    this.view.addEventListener("turned", ({ detail }) => this.#turned(detail));
    this.view.addEventListener("barred", () => this.view.say(this.#left()));
    this.addEventListener("tick", () => this.#ticked());
    this.#ticked();
  }

  #end(page) {
    return this.starts[page] ?? this.length;
  }

  /** While a page is in view only its own seconds pass. */
  get limit() {
    return this.view ? this.#end(this.view.page) : this.length;
  }

  seekTo(seconds) {
    super.seekTo(seconds);
    this.furthest = Math.max(this.furthest, seconds);
    if (!this.view) return;
    const [start, end] = [this.starts[this.view.page - 1], this.#end(this.view.page)];
    // A clock that runs a little fast is no reason to turn the page back.
    if (seconds < start - BEHIND_SECONDS || seconds > end) {
      this.view.show(Math.max(1, this.starts.filter((one) => one <= seconds).length));
    }
    this.#ticked();
  }

  free() {
    this.unbound = true;
    this.furthest = this.length;
    this.view.left("");
    this.view.refresh();
  }

  #turned(page) {
    const from = this.head;
    // A page that was read before stands at its end: there is nothing left to count.
    const to = Math.min(this.#end(page), Math.max(this.starts[page - 1], this.furthest));
    if (Math.abs(to - from) > 0.75) {
      super.seekTo(to);
      this.dispatchEvent(new CustomEvent("moved", { detail: { from, to } }));
    }
    this.#ticked();
  }

  #left() {
    const left = Math.ceil(this.#end(this.view.page) - this.head);
    if (left > 0) return this.view.words("left").replace("#", String(left));
    return this.view.words(this.view.page < this.starts.length ? "full" : "read");
  }

  #ticked() {
    if (this.unbound) return;
    const before = this.furthest >= this.#end(this.view.page);
    this.furthest = Math.max(this.furthest, this.playhead);
    this.view.left(this.#left());
    this.view.refresh();
    if (!before && this.furthest >= this.#end(this.view.page)) this.view.say(this.#left());
  }
}
