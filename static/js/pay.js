// An order that waits: [data-left] counts down, form[data-check] asks by itself after payment.
import { post } from "./csrf.js";

const left = document.querySelector("[data-left]");
if (left) {
  const end = performance.now() + Number(left.dataset.left) * 1000;
  const write = () => {
    const seconds = Math.max(0, Math.round((end - performance.now()) / 1000));
    const rest = String(seconds % 60).padStart(2, "0");
    left.textContent = `${Math.floor(seconds / 60)}:${rest}`;
    if (seconds > 0) setTimeout(write, 1000);
    else location.reload();
  };
  if (Number(left.dataset.left) > 0) write();
}

const check = document.querySelector("form[data-check]");
// Who scans a code needs longer than who comes back from a payment page.
const scanning = check?.dataset.check === "long" ? Array(50).fill(8) : [];
const pauses = scanning.length ? [4, 4, 4, ...scanning] : [1, 2, 3, 5, 8, 13];

async function ask(n) {
  if (n >= pauses.length) return;
  await new Promise((go) => setTimeout(go, pauses[n] * 1000));
  const answer = await post(check.action).catch(() => null);
  const told = answer?.ok ? await answer.json() : { waiting: true };
  if (told.waiting) await ask(n + 1);
  else location.replace(location.pathname);
}

if (check) ask(0);
