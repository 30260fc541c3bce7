// Sends a film by parts, and goes on after whatever broke it off.
//
// The server keeps what has come. Whoever chooses the same film again, under any name and
// in any browser, sends only what is missing: the parts that are there are compared by
// their digests, never by their number alone.

import { sha256 } from "./sha256.js";

const AT_ONCE = 2;
const SAMPLES = 14;
const SAMPLE_BYTES = 65_536;
const PAUSES_MS = [1000, 2000, 4000, 8000, 15_000];
const PATIENCE_MS = 120_000;

const token = () => document.querySelector('meta[name="csrf-token"]').content;
const wait = (ms) => new Promise((go) => setTimeout(go, ms));

/** Name a film by its size and samples of what is in it. */
async function fingerprint(file) {
  const last = Math.max(0, file.size - SAMPLE_BYTES);
  const taken = [new Blob([`${file.size}\n`])];
  for (let n = 0; n <= SAMPLES; n += 1) {
    const at = Math.floor((last * n) / SAMPLES);
    taken.push(file.slice(at, at + SAMPLE_BYTES));
  }
  return sha256(await new Blob(taken).arrayBuffer());
}

/** What stops a sending for good; `words` are for the person. */
class Refusal extends Error {
  constructor(status, told) {
    super(told.detail ?? String(status));
    Object.assign(this, { status, code: told.code ?? "", words: told.detail ?? "" });
  }
}

const isFinal = (status) => status >= 400 && status < 500 && ![408, 425, 429].includes(status);

async function ask(url, body) {
  const response = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      "X-CSRFToken": token(),
    },
    body: JSON.stringify(body ?? {}),
    signal: AbortSignal.timeout(30_000),
  });
  if (response.ok) return response.json();
  if (isFinal(response.status)) {
    throw new Refusal(response.status, await response.json().catch(() => ({})));
  }
  throw new Error(String(response.status));
}

/** Put one part; `progress` hears how much of it is on its way. */
function put(url, blob, digest, progress) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.timeout = PATIENCE_MS;
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("X-Part-SHA256", digest);
    request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.addEventListener("load", () => {
      if (request.status < 300) return done();
      let told = {};
      try {
        told = JSON.parse(request.responseText);
      } catch {
        // A page of somebody between us: its status says enough.
      }
      // A part that was damaged on its way is sent again, as after a broken line.
      const again = !isFinal(request.status) || told.code === "film.part_broken";
      failed(again ? new Error(String(request.status)) : new Refusal(request.status, told));
    });
    for (const name of ["error", "timeout", "abort"]) {
      request.addEventListener(name, () => failed(new Error(name)));
    }
    request.send(blob);
  });
}

/** Sends one film. Tells `progress`, `lost`, `back`, `refused` and `sent`. */
export class FilmSender extends EventTarget {
  constructor(file, beginUrl) {
    super();
    Object.assign(this, { file, beginUrl, landed: 0, flying: new Map(), broken: 0 });
  }

  async run() {
    try {
      this.#tell("naming");
      const sent = { name: this.file.name, size: this.file.size };
      sent.fingerprint = await fingerprint(this.file);
      await this.#hold();
      const job = await this.#patiently(() => ask(this.beginUrl, sent));
      if (job.state === "uploading") await this.#parts(job);
      this.#tell("sent");
    } catch (refusal) {
      this.#tell("refused", refusal instanceof Refusal ? refusal : { words: "", code: "" });
    } finally {
      this.lock?.release().catch(() => {});
    }
  }

  /** A phone that falls asleep sends nothing. */
  async #hold() {
    this.lock = await navigator.wakeLock?.request("screen").catch(() => null);
  }

  async #parts(job) {
    const waiting = Array.from({ length: job.parts }, (_, n) => n);
    this.began = performance.now();
    this.found = 0;
    const send = async () => {
      while (waiting.length) await this.#part(job, waiting.shift());
    };
    await Promise.all(Array.from({ length: AT_ONCE }, send));
    await this.#patiently(() => ask(job.whole_url));
  }

  async #part(job, n) {
    const blob = this.file.slice(n * job.part_size, (n + 1) * job.part_size);
    const digest = await sha256(await blob.arrayBuffer());
    if (job.came[n] === digest) {
      this.found += blob.size;
    } else {
      await this.#patiently(() =>
        put(`${job.part_url}${n}`, blob, digest, (bytes) => {
          this.flying.set(n, bytes);
          this.#progress();
        }),
      );
    }
    this.flying.delete(n);
    this.landed += blob.size;
    this.#progress();
  }

  #progress() {
    const up = [...this.flying.values()].reduce((sum, bytes) => sum + bytes, this.landed);
    const seconds = (performance.now() - this.began) / 1000;
    const fresh = up - this.found;
    const pace = fresh > 0 && seconds > 3 ? fresh / seconds : 0;
    const left = pace ? (this.file.size - up) / pace : null;
    this.#tell("progress", { share: Math.min(1, up / this.file.size), pace, left });
  }

  /** Try until it goes, or is refused for good; a broken line is waited out. */
  async #patiently(act) {
    for (let n = 0; ; n += 1) {
      try {
        const result = await act();
        if (n) this.#mended();
        return result;
      } catch (error) {
        if (error instanceof Refusal) throw error;
        if (n === 0) this.broken += 1;
        this.flying.clear();
        this.#tell("lost");
        const pause = PAUSES_MS[Math.min(n, PAUSES_MS.length - 1)];
        await Promise.race([wait(pause), new Promise((go) => addEventListener("online", go, { once: true }))]);
      }
    }
  }

  #mended() {
    this.broken = Math.max(0, this.broken - 1);
    if (!this.broken) this.#tell("back");
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
