// What a certificate's QR code carries behind "#": read, and its signature checked here.
// lms/gateways/credential/qr.py writes the same bytes.

const FORM = new TextEncoder().encode("xueshi certificate code\n");
const COMPLETION = 0x11;
const REGISTRATION = 0x12;
const SIGNATURE = 64;
const HINT = 6;
const HEAD = 12;
const DAY = 86_400_000;
const DAY_ZERO = Date.UTC(2000, 0, 1);
const TOKEN = /^[0-9A-Z]{26}$/;

/** Read base64url in the one way that it can be written, or give null. */
export function bytesOf(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return null;
  try {
    const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(raw, (one) => one.charCodeAt(0));
    return textOf(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}

function textOf(bytes) {
  const raw = btoa(String.fromCharCode(...bytes));
  return raw.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Find token and payload in an address like https://…/v/TOKEN#PAYLOAD, or give null. */
export function parted(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  const token = url.pathname.match(/^\/v\/([^/]+)\/?$/)?.[1]?.replaceAll("-", "").toUpperCase();
  if (!token || !TOKEN.test(token)) return null;
  return { origin: url.origin, token, payload: url.hash.slice(1) };
}

/** Read a payload, or give null for what is none. */
export function readCode(payload) {
  const whole = bytesOf(payload);
  if (!whole || whole.length < HEAD + SIGNATURE) return null;
  const body = whole.subarray(0, -SIGNATURE);
  const signature = whole.subarray(-SIGNATURE);
  try {
    return { ...said(body), body, signature, hint: body.slice(1, 1 + HINT) };
  } catch {
    return null;
  }
}

function said(body) {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const form = view.getUint8(0);
  if (form !== COMPLETION && form !== REGISTRATION) throw new RangeError("another form");
  const registration = form === REGISTRATION;
  const size = registration ? 3 : 5;
  const count = view.getUint8(11);
  const rows = Array.from({ length: count }, (_, n) => row(view, HEAD + n * size, registration));
  const [number, after] = words(body, HEAD + count * size);
  const [name, end] = words(body, after);
  if (end !== body.length) throw new RangeError("something is left over");
  return {
    registration,
    rows,
    number,
    name,
    issued: dayOf(view.getUint16(7)),
    until: dayOf(view.getUint16(9)),
  };
}

function row(view, at, registration) {
  const specialty = view.getUint8(at);
  if (specialty < 1 || specialty > 6) throw new RangeError("no specialty");
  if (registration) return { specialty, until: dayOf(view.getUint16(at + 1)) };
  return { specialty, required: view.getUint16(at + 1), elective: view.getUint16(at + 3) };
}

function words(body, at) {
  const end = at + 1 + body[at];
  if (!(end <= body.length)) throw new RangeError("cut short");
  return [new TextDecoder("utf-8", { fatal: true }).decode(body.subarray(at + 1, end)), end];
}

const dayOf = (days) => (days ? new Date(DAY_ZERO + days * DAY).toISOString().slice(0, 10) : "");

/** Give the legal day, Shanghai's, of a moment. */
function legalDay(moment) {
  return new Date(Date.parse(moment) + 8 * 3_600_000).toISOString().slice(0, 10);
}

/** Tell whether a key might sign on a day: after it was put in use, not after it was retired. */
function inUse(key, day) {
  const ends = [key.valid?.until, key.standing === "retired" ? key.changed_at : null];
  const after = ends.some((end) => end && day > legalDay(end));
  return !after && !(key.valid?.from && day < legalDay(key.valid.from));
}

/**
 * Find the published key that signed a code together with its token, or give null.
 *
 * An office speaks for registrations, an association for study, and neither for the other.
 */
export async function signerOf(code, token, keys) {
  const message = joined(FORM, new TextEncoder().encode(`${token}\n`), code.body);
  for (const key of keys) {
    const raw = key.purpose === "credential" && key.raw ? bytesOf(key.raw) : null;
    if (!raw || code.hint.some((byte, n) => raw[n] !== byte)) continue;
    if (!key.owner.startsWith(code.registration ? "office:" : "association:")) continue;
    if (inUse(key, code.issued) && (await signed(raw, code.signature, message))) return key;
  }
  return null;
}

/** Tell whether a key that might have signed is on the list at all. */
export function isKnown(code, keys) {
  return keys.some((key) => {
    const raw = key.purpose === "credential" && key.raw ? bytesOf(key.raw) : null;
    return raw && code.hint.every((byte, n) => raw[n] === byte);
  });
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function signed(raw, signature, message) {
  let key;
  try {
    key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    // Browsers before 2025 do not know this signature yet.
    const { verifyAsync } = await import("./vendor/noble-ed25519.js");
    return verifyAsync(signature, message, raw, { zip215: false });
  }
  return crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
}
