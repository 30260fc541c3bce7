// The line to the server: a lease, and beats that are asked again until they are heard.
//
// One beat is under way at a time. A copy is sent every few seconds without giving up the
// first; the server answers every copy of a number alike, so nothing counts twice.

const HEDGE_MS = 3000;
const MOST_COPIES = 10;
const SLOW_RETRY_MS = 8000;
const GIVE_UP_MS = 20000;
const SHORTEST_SECONDS = 5;

const token = () => document.querySelector('meta[name="csrf-token"]').content;

async function post(url, body, options = {}) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), GIVE_UP_MS);
  try {
    const response = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": token(),
      },
      body: JSON.stringify(body),
      signal: controller.signal,
      ...options,
    });
    if (response.status >= 500) throw new Error(String(response.status));
    return { status: response.status, data: await response.json() };
  } finally {
    clearTimeout(timer);
  }
}

/** A name for one asking, so that the server knows its copies. Also without https. */
const once = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");

export class StudyLine extends EventTarget {
  constructor({ leaseUrl, beatUrl, enrolment, lesson }) {
    super();
    this.urls = { lease: leaseUrl, beat: beatUrl };
    this.what = { enrolment, lesson };
    // One for the tab: whoever goes on to the next lesson is not another device.
    this.key = "lease";
    this.lease = null;
    this.state = { credited: 0, target: 0, position: 0, furthest: 0, interval: 30 };
    this.heardAt = 0;
    this.opening = null;
    this.beating = null;
  }

  get live() {
    return this.lease !== null;
  }

  /** Whether the server may have given the lease up because this page was silent. */
  get stale() {
    return performance.now() - this.heardAt > 150_000;
  }

  tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Open a lease, waiting out a broken line. Gives true when time can be earned. */
  open(takeOver = false) {
    this.opening ??= this.#open(takeOver).finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  async #open(takeOver) {
    const mine = this.lease ?? sessionStorage.getItem(this.key);
    this.lease = null;
    const body = { ...this.what, take_over: takeOver, mine, once: once() };
    const { status, data } = await this.#ask(this.urls.lease, () => body);
    if (status !== 200) {
      this.tell("refused", { status, ...data });
      return false;
    }
    this.heard(data);
    if (data.done) {
      this.tell("done", data);
      return false;
    }
    Object.assign(this, { lease: data.lease, seq: data.seq, nonce: data.nonce });
    sessionStorage.setItem(this.key, data.lease);
    this.tell("opened", data);
    return true;
  }

  heard(data) {
    this.heardAt = performance.now();
    Object.assign(this.state, data);
    this.tell("heard", data);
  }

  /** Send one beat until it is heard. `claim` gives what to tell, afresh for each copy. */
  beat(claim) {
    this.beating ??= this.#beat(claim).finally(() => {
      this.beating = null;
    });
    return this.beating;
  }

  async #beat(claim) {
    const seq = this.seq + 1;
    const lease = this.lease;
    const answer = await this.#ask(this.urls.beat, () => ({
      lease,
      seq,
      nonce: this.nonce,
      ...claim(),
    }));
    if (this.lease !== lease) return null;
    return answer.status === 200 ? this.#credited(answer.data) : this.#refused(answer);
  }

  /** Ask again and again, and take the first answer that comes. */
  #ask(url, body) {
    return new Promise((resolve) => {
      let copies = 0;
      let settled = false;
      const again = () => {
        if (settled) return;
        copies += 1;
        post(url, body()).then(
          (answer) => {
            settled = true;
            resolve(answer);
          },
          () => {},
        );
        setTimeout(again, copies < MOST_COPIES ? HEDGE_MS : SLOW_RETRY_MS);
        if (copies > 1) this.tell("lost", { tries: copies });
      };
      again();
    });
  }

  #credited(data) {
    this.seq = data.seq;
    this.nonce = data.nonce;
    this.heard(data);
    if (data.done) {
      this.lease = null;
      this.tell("done", data);
    }
    return data;
  }

  #refused({ status, data }) {
    if (data.code === "lease.out_of_step") {
      this.seq = data.seq;
      this.nonce = data.nonce;
      this.heard(data);
      return { ...data, seek: true };
    }
    this.lease = null;
    this.tell("refused", { status, ...data });
    return null;
  }

  /** How long until the next beat is due, when `pending` seconds are not yet heard of. */
  due(pending) {
    return Math.max(Math.min(SHORTEST_SECONDS, this.state.interval), this.state.interval - pending);
  }

  /** Tell a last time while the page goes away. */
  leave(claim) {
    if (!this.live) return;
    const body = { lease: this.lease, seq: this.seq + 1, nonce: this.nonce, ...claim };
    post(this.urls.beat, body, { keepalive: true, signal: undefined }).catch(() => {});
  }
}
