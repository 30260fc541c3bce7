// [data-batch]: asks how a batch is getting on and writes it down; a new stage is a new page.
const place = document.querySelector("[data-batch]");
const pauses = [1, 1, 2, 2, 3];
const most = 15;

function write(told) {
  for (const each of place.querySelectorAll("[data-tell]"))
    each.textContent = told[each.dataset.tell];
  fill(place.querySelector("[data-bar]"), told.value, told.total, told.label);
  for (const [id, done, total] of told.packages)
    fill(document.querySelector(`[data-pack="${CSS.escape(id)}"]`), done, total);
}

function fill(bar, value, total, label) {
  const line = bar?.querySelector("progress");
  if (!line) return;
  line.max = Math.max(1, total);
  line.value = value;
  if (!label) return;
  line.setAttribute("aria-label", label);
  bar.querySelector(".bar-label").textContent = label;
}

async function ask(failed) {
  const pause = failed ? Math.min(most, 2 ** failed) : (pauses.shift() ?? 3);
  await new Promise((go) => setTimeout(go, pause * 1000));
  if (document.hidden) return ask(failed);
  const answer = await fetch(place.dataset.batch, {
    headers: { Accept: "application/json" },
  }).catch(() => null);
  if (!answer?.ok) return ask((failed ?? 0) + 1);
  const told = await answer.json();
  if (told.stage !== place.dataset.stage) return location.reload();
  write(told);
  return ask(0);
}

if (place) ask(0);
