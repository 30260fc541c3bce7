// The offline check: scans or reads a code, checks its signature, and says what that proves.

import { isKnown, parted, readCode, signerOf } from "./offline-code.js";
import { publishedKeys } from "./offline-keys.js";
import { Scanner, fromPhoto, hasCamera } from "./offline-scan.js";

const find = (name) => document.querySelector(`[data-${name}]`);
const show = (name, on) => {
  find(name).hidden = !on;
};

let known = null;
let learning = null;

// -- the keys --------------------------------------------------------------------------

const two = (n) => String(n).padStart(2, "0");

function moment(at) {
  const day = new Date(at);
  const date = [day.getFullYear(), two(day.getMonth() + 1), two(day.getDate())].join("-");
  return `${date} ${two(day.getHours())}:${two(day.getMinutes())}`;
}

async function learn() {
  known = await publishedKeys();
  show("keys-there", known);
  show("keys-none", !known);
  if (!known) return;
  find("keys-at").textContent = moment(known.at);
  for (const place of document.querySelectorAll("[data-say-keys]")) {
    place.textContent = moment(known.at);
  }
}

// -- the answer ------------------------------------------------------------------------

function answer(name, code, key, token) {
  for (const one of document.querySelectorAll("[data-answer]")) {
    one.hidden = one.dataset.answer !== name;
  }
  fill(code, key);
  const online = find("online");
  online.hidden = !token;
  if (token) online.querySelector("a").href = `/v/${token}`;
  show("said", code || token);
  show("unproved", code);
  show("result", true);
  find("result").focus();
  find("result").scrollIntoView({ block: "start" });
}

function fill(code, key) {
  const facts = find("facts");
  facts.hidden = !code;
  for (const row of facts.querySelectorAll("[data-specialty-row]")) row.remove();
  if (!code) return;
  for (const name of ["number", "name", "issued", "until"]) put(facts, name, code[name]);
  put(facts, "owner", key?.owner_name ?? "");
  for (const one of code.rows) facts.querySelector("[data-rows]").before(rowOf(one));
  for (const place of document.querySelectorAll("[data-say-owner]")) {
    place.textContent = key?.owner_name ?? "";
  }
  for (const place of document.querySelectorAll("[data-say-until]")) {
    place.textContent = code.until;
  }
  show("demonstration", key?.demonstration);
}

function put(facts, name, words) {
  const place = facts.querySelector(`[data-fact="${name}"]`);
  place.querySelector("dd").textContent = words;
  place.hidden = !words;
}

function rowOf(row) {
  const kind = row.required === undefined ? "term" : "hours";
  const made = find(`row-${kind}`).content.firstElementChild.cloneNode(true);
  made.dataset.specialtyRow = "";
  made.querySelector("dt").textContent = find("specialties").children[row.specialty - 1].textContent;
  const words = {
    required: row.required / 100,
    elective: row.elective / 100,
    until: row.until || "—",
  };
  for (const place of made.querySelectorAll("[data-put]")) {
    place.textContent = words[place.dataset.put];
  }
  return made;
}

const today = () => {
  // The legal day is Shanghai's, wherever the phone thinks it is.
  const there = new Date(Date.now() + 8 * 3_600_000);
  return there.toISOString().slice(0, 10);
};

/** Say what an address that was scanned, or that led here, proves. */
async function check(address) {
  const parts = parted(address);
  if (!parts) return answer("other");
  if (parts.origin !== location.origin) return answer("foreign");
  if (!parts.payload) return answer("bare", null, null, parts.token);
  const code = readCode(parts.payload);
  if (!code) return answer("spoiled", null, null, parts.token);
  // A photo may be quicker than the list of keys.
  await learning;
  if (!known) return answer("keyless", null, null, parts.token);
  let key;
  try {
    key = await signerOf(code, parts.token, known.keys);
  } catch {
    return answer("unable", null, null, parts.token);
  }
  if (!key) {
    // Only what is proved is shown: a forger's words are not.
    return answer(isKnown(code, known.keys) ? "spoiled" : "unknown", null, null, parts.token);
  }
  if (key.standing === "compromised") return answer("broken", code, key, parts.token);
  const over = code.until && code.until < today();
  return answer(over ? "over" : "good", code, key, parts.token);
}

// -- ways in ---------------------------------------------------------------------------

function bindCamera() {
  const scanner = new Scanner(find("film"));
  const shut = () => {
    scanner.shut();
    show("live", false);
  };
  show("scan", hasCamera());
  find("scan").addEventListener("click", async () => {
    show("result", false);
    show("no-camera", false);
    show("live", true);
    try {
      const found = await scanner.open();
      shut();
      if (found) await check(found);
    } catch {
      shut();
      show("no-camera", true);
    }
  });
  find("shut").addEventListener("click", shut);
  document.addEventListener("visibilitychange", () => document.hidden && shut());
}

function bindPhoto() {
  const field = find("photo");
  field.addEventListener("change", async () => {
    const [file] = field.files;
    if (!file) return;
    show("busy", true);
    const found = await fromPhoto(file);
    show("busy", false);
    field.value = "";
    if (found) await check(found);
    else answer("unread");
  });
}

function bindInstall() {
  let offered = null;
  const standalone = matchMedia("(display-mode: standalone)").matches;
  if (standalone) show("install-hint", false);
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offered = event;
    show("install", true);
    show("install-hint", false);
  });
  find("install").addEventListener("click", async () => {
    await offered?.prompt();
    show("install", false);
  });
}

async function register() {
  if (!navigator.serviceWorker) {
    show("no-worker", true);
    return;
  }
  const script = document.querySelector("meta[name=offline-worker]").content;
  try {
    await Promise.all(
      ["/offline", "/v/"].map((scope) => navigator.serviceWorker.register(script, { scope })),
    );
    await ready();
    show("ready", true);
  } catch {
    if (navigator.onLine) show("no-worker", true);
  }
}

async function ready() {
  for (const one of await navigator.serviceWorker.getRegistrations()) {
    const coming = one.installing ?? one.waiting;
    if (one.active || !coming) continue;
    await new Promise((done, fail) => {
      coming.addEventListener("statechange", () => {
        if (coming.state === "activated") done();
        if (coming.state === "redundant") fail(new Error("not kept"));
      });
    });
  }
}

function led() {
  // Kept for an address of a certificate, this page answers for it at once.
  const here = parted(location.href);
  show("led", here);
  if (here) return check(location.href);
  return null;
}

bindCamera();
bindPhoto();
bindInstall();
find("renew").addEventListener("click", () => {
  learning = learn();
});
find("again").addEventListener("click", () => location.reload());
addEventListener("hashchange", led);
learning = learn();
await learning;
await led();
await register();
