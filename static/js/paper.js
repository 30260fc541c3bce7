// A document page by page: one page in view, its neighbours a button away.

export class PaperView extends EventTarget {
  /** `may` tells whether a page may be turned to; without it, any may. */
  constructor(root, may = () => true) {
    super();
    this.root = root;
    this.may = may;
    this.sheets = [...root.querySelectorAll("[data-paper-page]")];
    this.page = Math.min(this.sheets.length, Math.max(1, Number(root.dataset.at) || 1));
    root.dataset.ready = "true";
    for (const button of root.querySelectorAll("[data-paper-prev]")) {
      button.addEventListener("click", () => this.turn(this.page - 1));
    }
    for (const button of root.querySelectorAll("[data-paper-next]")) {
      button.addEventListener("click", () => this.turn(this.page + 1));
    }
    root.querySelector("[data-paper-zoom]")?.addEventListener("click", ({ currentTarget }) => {
      const large = root.dataset.zoom !== "2";
      root.dataset.zoom = large ? "2" : "1";
      currentTarget.setAttribute("aria-pressed", String(large));
    });
    this.#bindKeys();
    this.show(this.page);
  }

  #bindKeys() {
    document.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]"))
        return;
      if (event.target.closest("input, textarea, select, form, summary, .paper-sheet")) return;
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      this.turn(this.page + step);
    });
  }

  /** Turn to a page, where that may be done; the person asked for it. */
  turn(to) {
    if (to < 1 || to > this.sheets.length || to === this.page) return;
    if (!this.may(to)) {
      this.dispatchEvent(new Event("barred"));
      return;
    }
    this.show(to);
    this.say(this.sheets[to - 1].dataset.title);
    this.root.scrollIntoView({ block: "start" });
    this.dispatchEvent(new CustomEvent("turned", { detail: to }));
  }

  show(page) {
    this.page = page;
    for (const [n, sheet] of this.sheets.entries()) {
      sheet.hidden = n + 1 !== page;
      // The next one is fetched while this one is read.
      if (Math.abs(n + 1 - page) < 2) sheet.querySelector("img").loading = "eager";
    }
    for (const place of this.root.querySelectorAll("[data-paper-now]")) {
      place.textContent = String(page);
    }
    this.refresh();
  }

  refresh() {
    const bar = (name, on) => {
      for (const button of this.root.querySelectorAll(`[data-paper-${name}]`)) {
        button.setAttribute("aria-disabled", String(!on));
      }
    };
    bar("prev", this.page > 1);
    bar("next", this.page < this.sheets.length && this.may(this.page + 1));
  }

  say(words) {
    const place = this.root.querySelector("[data-paper-said]");
    if (place.textContent !== words) place.textContent = words;
  }

  words(name) {
    return this.root.querySelector(`[data-paper-says="${name}"]`)?.textContent.trim() ?? "";
  }

  left(words) {
    for (const place of this.root.querySelectorAll("[data-paper-left]")) {
      if (place.textContent !== words) place.textContent = words;
    }
  }
}
