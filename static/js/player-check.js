// The presence check: asked by the server, impossible to miss, answered without haste.
//
// The countdown is for the eye; the server judges. While the line is lost an answer waits
// here and goes out again and again; every copy of a try is judged once.

import { LiveCamera } from "./player-camera.js";

const ALIVE_MS = 15_000;
const AFTER_TIME_MS = 6_500;
const RETRY_MS = 2_500;
const SPOKEN = [30, 10];
const token = () => document.querySelector('meta[name="csrf-token"]').content;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class PresenceCheck extends EventTarget {
  constructor(dialog, lease) {
    super();
    this.dialog = dialog;
    this.lease = lease;
    this.check = null;
    this.sending = false;
    this.settled = new Set();
    this.title = document.title;
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    // A browser may close it all the same at the second Escape.
    dialog.addEventListener("close", () => {
      if (this.open) this.dialog.showModal();
    });
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape") event.preventDefault();
    });
    this.#part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#answer();
    });
    this.#part("picture").addEventListener("change", () => this.#picture());
    this.camera = new LiveCamera(this.#part("camera"));
    this.camera.addEventListener("shot", ({ detail }) => this.#sendPicture(detail));
    this.camera.addEventListener("unusable", () => {
      this.#part("word").textContent = this.#says("no-camera");
    });
  }

  get open() {
    return this.check !== null;
  }

  /** Show a check, or bring the one that is shown up to date. False for one of the past. */
  show(check) {
    if (this.settled.has(check.id)) return false;
    const same = this.check?.id === check.id;
    const tries = same ? Math.max(this.check.tries, check.tries) : check.tries;
    this.check = { ...check, tries };
    this.until = performance.now() + check.left * 1000;
    this.told = false;
    this.#part("camera").hidden = !check.camera;
    this.#part("agree").hidden = check.camera;
    if (!check.camera) this.camera.shut();
    if (same) return true;
    if (this.shown) this.settled.add(this.shown);
    this.shown = check.id;
    this.#fill(check);
    this.#call();
    return true;
  }

  hide() {
    if (!this.open) return;
    this.check = null;
    this.camera.shut();
    clearInterval(this.clock);
    clearInterval(this.alive);
    document.title = this.title;
    if (this.dialog.open) this.dialog.close();
  }

  #part(name) {
    return this.dialog.querySelector(`[data-check-${name}]`);
  }

  #says(name) {
    return this.dialog.querySelector(`[data-check-says="${name}"]`).textContent.trim();
  }

  #fill(check) {
    const asks = check.kind === "question";
    this.#part("question").hidden = !asks;
    this.#part("number").hidden = asks;
    this.#part("missed").hidden = !check.missed;
    this.#part("word").textContent = "";
    this.#part("stem").textContent = check.stem ?? "";
    this.#part("options").replaceChildren(
      ...check.options.map((text, place) => this.#option(text, place, check.multiple)),
    );
    // Apart in the eye, whole to a screen reader and to who copies it.
    this.#part("code").textContent = check.code ?? "";
    this.#part("code").setAttribute("aria-label", [...(check.code ?? "")].join(" "));
    this.#part("input").value = "";
  }

  #option(text, place, multiple) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    const words = document.createElement("span");
    label.className = "choice";
    input.type = multiple ? "checkbox" : "radio";
    input.name = "chosen";
    input.value = String(place);
    words.textContent = text;
    label.append(input, words);
    return label;
  }

  #call() {
    clearInterval(this.clock);
    clearInterval(this.alive);
    this.clock = setInterval(() => this.#tick(), 250);
    // The server shall know that this page is there, and only its person is not.
    this.alive = setInterval(() => this.#tell("alive"), ALIVE_MS);
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    for (const film of document.querySelectorAll("video")) film.webkitExitFullscreen?.();
    if (!this.dialog.open) this.dialog.showModal();
    this.#first()?.focus();
    document.title = `${this.#says("title")} ${this.title}`;
    navigator.vibrate?.([250, 120, 250]);
    this.#tick();
  }

  #first() {
    const asks = this.check.kind === "question";
    return asks ? this.#part("options").querySelector("input") : this.#part("input");
  }

  #tick() {
    const left = Math.max(0, (this.until - performance.now()) / 1000);
    const shown = Math.ceil(left);
    this.#part("left").textContent = String(shown);
    const gone = 100 - (100 * left) / this.check.whole;
    this.#part("ring").setAttribute("stroke-dashoffset", gone.toFixed(1));
    this.dialog.dataset.hurry = String(shown <= 10);
    if (SPOKEN.includes(shown)) {
      this.#part("said").textContent = this.#says("left").replace("#", String(shown));
    }
    if (left > 0 || this.told || this.sending) return;
    this.told = true;
    this.#part("word").textContent = this.#says("over");
    const asked = this.check.id;
    setTimeout(() => {
      if (this.check?.id === asked) this.#tell("alive");
    }, AFTER_TIME_MS);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #answer() {
    const asks = this.check.kind === "question";
    const code = this.#part("input").value.replace(/\D/g, "");
    const chosen = [...this.#part("options").querySelectorAll("input:checked")].map((input) =>
      Number(input.value),
    );
    if (asks ? !chosen.length : !code) {
      this.#part("word").textContent = this.#says("empty");
      this.#first()?.focus();
      return;
    }
    const { id, tries } = this.check;
    const body = { lease: this.lease(), check: id, n: tries + 1 };
    this.#send(this.dialog.dataset.checkUrl, JSON.stringify({ ...body, ...(asks ? { chosen } : { code }) }), {
      "Content-Type": "application/json",
    });
  }

  #picture() {
    const [picture] = this.#part("picture").files;
    this.#part("picture").value = "";
    if (picture) this.#sendPicture(picture);
  }

  #sendPicture(picture) {
    if (!this.open) return;
    const body = new FormData();
    body.append("lease", this.lease());
    body.append("check", this.check.id);
    body.append("picture", picture, "picture.jpg");
    this.#send(this.dialog.dataset.pictureUrl, body, {});
  }

  async #send(url, body, headers) {
    if (this.sending) return;
    this.sending = true;
    this.#part("word").textContent = this.#says("sending");
    try {
      this.#judged(await this.#until(url, body, headers));
    } finally {
      this.sending = false;
    }
  }

  /** Send until somebody answers; nothing is lost by a line that breaks. */
  async #until(url, body, headers) {
    for (;;) {
      try {
        const response = await fetch(url, {
          method: "POST",
          credentials: "same-origin",
          headers: { Accept: "application/json", "X-CSRFToken": token(), ...headers },
          body,
          signal: AbortSignal.timeout(20_000),
        });
        if (response.status < 500) return { status: response.status, data: await response.json() };
      } catch {
        // Again below: a broken line is no answer.
      }
      this.#part("word").textContent = this.#says("lost");
      await wait(RETRY_MS);
    }
  }

  #judged({ status, data }) {
    if (!this.open) return;
    if (status !== 200) {
      this.#part("word").textContent = data.detail ?? "";
      if (status === 401 || status === 404 || data.code === "form.expired") {
        this.hide();
        this.#tell("broken", { status, ...data });
      }
      return;
    }
    if (data.right) {
      this.settled.add(this.check.id);
      this.hide();
      this.#tell("passed");
      return;
    }
    if (data.closed || !data.check) {
      this.hide();
      this.#tell(data.closed ? "closed" : "passed");
      return;
    }
    this.show(data.check);
    if (!data.missed) {
      this.#part("word").textContent = this.#says("wrong");
      this.#first()?.focus();
      this.#part("input").select();
    }
  }
}
