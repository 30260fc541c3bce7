// A picture by the computer's own camera: seen live, taken by a press, shut at once.
//
// Phones have a camera behind the file field, which stays for them and as the way out.

const WIDEST = 1280;

/** Tell whether this browser can show a camera, and has no better one behind a file field. */
export const canShow = () =>
  Boolean(navigator.mediaDevices?.getUserMedia) && matchMedia("(pointer: fine)").matches;

export class LiveCamera extends EventTarget {
  constructor(root) {
    super();
    this.root = root;
    this.film = root.querySelector("video");
    this.stream = null;
    this.#part("open").hidden = !canShow();
    this.#part("open").addEventListener("click", () => this.#open());
    this.#part("shoot").addEventListener("click", () => this.#shoot());
    this.#part("shut").addEventListener("click", () => this.shut());
  }

  /** Switch the camera off. */
  shut() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.film.srcObject = null;
    this.#part("live").hidden = true;
    this.#part("open").hidden = !canShow();
  }

  #part(name) {
    return this.root.querySelector(`[data-camera-${name}]`);
  }

  async #open() {
    try {
      const asked = { video: { facingMode: "user", width: { ideal: WIDEST } }, audio: false };
      const stream = await navigator.mediaDevices.getUserMedia(asked);
      // The check may have ended while the browser asked.
      if (this.root.hidden || this.stream) {
        for (const track of stream.getTracks()) track.stop();
        return;
      }
      this.stream = stream;
      this.film.srcObject = stream;
      await this.film.play();
      this.#part("open").hidden = true;
      this.#part("live").hidden = false;
      this.#part("shoot").focus();
    } catch {
      this.shut();
      this.dispatchEvent(new Event("unusable"));
    }
  }

  async #shoot() {
    const { videoWidth: width, videoHeight: height } = this.film;
    if (!width) return;
    const sheet = document.createElement("canvas");
    sheet.width = width;
    sheet.height = height;
    sheet.getContext("2d").drawImage(this.film, 0, 0, width, height);
    const picture = await new Promise((done) => sheet.toBlob(done, "image/jpeg", 0.9));
    this.shut();
    if (picture) this.dispatchEvent(new CustomEvent("shot", { detail: picture }));
  }
}
