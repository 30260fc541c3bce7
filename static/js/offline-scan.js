// Read a QR code: live from the camera, or from a photo that was picked.

const WIDTHS = [1600, 1100, 760];
const PAUSE = 180;
const CAMERA = { video: { facingMode: "environment", width: { ideal: 1920 } }, audio: false };

let readers;

/** Find the words of a code in a canvas, or give "": the browser's own reader first. */
async function look(sheet) {
  readers ??= Promise.all([native(), ours()]);
  for (const read of await readers) {
    const found = await read(sheet).catch(() => "");
    if (found) return found;
  }
  return "";
}

async function native() {
  const formats = await globalThis.BarcodeDetector?.getSupportedFormats?.().catch(() => null);
  if (!formats?.includes("qr_code")) return async () => "";
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async (sheet) => (await detector.detect(sheet))[0]?.rawValue ?? "";
}

async function ours() {
  const { decodeQR } = await import("./vendor/qr-decode.js");
  return async (sheet) => {
    const { width, height } = sheet;
    const { data } = sheet.getContext("2d").getImageData(0, 0, width, height);
    return decodeQR({ data, width, height });
  };
}

function drawn(source, width, height, most) {
  const scale = Math.min(1, most / Math.max(width, height));
  const sheet = document.createElement("canvas");
  sheet.width = Math.round(width * scale);
  sheet.height = Math.round(height * scale);
  sheet.getContext("2d", { willReadFrequently: true }).drawImage(source, 0, 0, sheet.width, sheet.height);
  return sheet;
}

/** Find the words of a code in a picture that was picked, or give "". */
export async function fromPhoto(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return "";
  }
  for (const most of WIDTHS) {
    const found = await look(drawn(picture, picture.width, picture.height, most));
    if (found) return found;
  }
  return "";
}

export const hasCamera = () => Boolean(navigator.mediaDevices?.getUserMedia);

/** A camera that looks until it found a code: `open` gives its words, or "" when shut. */
export class Scanner {
  constructor(film) {
    this.film = film;
    this.stream = null;
  }

  async open() {
    this.stream = await navigator.mediaDevices.getUserMedia(CAMERA);
    this.film.srcObject = this.stream;
    await this.film.play();
    while (this.stream) {
      const { videoWidth, videoHeight } = this.film;
      const found = videoWidth ? await look(drawn(this.film, videoWidth, videoHeight, 1200)) : "";
      if (found && this.stream) {
        this.shut();
        return found;
      }
      await new Promise((done) => setTimeout(done, PAUSE));
    }
    return "";
  }

  shut() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.film.srcObject = null;
  }
}
