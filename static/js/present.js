// 亮证: a clock that runs, a fresh code each minute, and a screen that stays lit.
const body = document.body;
const clock = document.querySelector("[data-clock]");
const stale = document.querySelector("[data-stale]");
const RETRY_MS = 5000;

// The server's time, carried on by the steady clock: a phone's own may be wrong.
const begun = performance.now();
const start = Number(body.dataset.now);
let freshUntil = begun + Number(body.dataset.left) * 1000;

const two = (number) => String(number).padStart(2, "0");

const tick = () => {
  // Shanghai has had one offset for decades.
  const now = new Date(start + performance.now() - begun + 8 * 3600 * 1000);
  const day = [now.getUTCFullYear(), two(now.getUTCMonth() + 1), two(now.getUTCDate())];
  const time = [now.getUTCHours(), now.getUTCMinutes(), now.getUTCSeconds()].map(two);
  clock.textContent = `${day.join("-")} ${time.join(":")}`;
};

const renew = async () => {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (answer.redirected) return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    if (!answer.ok || !fresh) throw new Error("no code");
    document.querySelector("[data-live]").replaceWith(fresh);
    freshUntil = performance.now() + Number(page.body.dataset.left) * 1000;
    stale.hidden = true;
    body.classList.remove("stale");
  } catch {
    freshUntil = performance.now() + RETRY_MS;
    stale.hidden = false;
    body.classList.add("stale");
  }
};

let busy = false;
setInterval(async () => {
  tick();
  if (busy || document.hidden || performance.now() < freshUntil) return;
  busy = true;
  await renew();
  busy = false;
}, 500);

const stayLit = async () => {
  if (document.visibilityState !== "visible") return;
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // A low battery may refuse it; the certificate shows all the same.
  }
};
document.addEventListener("visibilitychange", stayLit);
stayLit();
