// A lesson's document in the editor: shows how it is getting on.

const EVERY_MS = 2000;
const place = document.querySelector("[data-document-panel]");

async function refresh() {
  const headers = { Accept: "text/html" };
  const answer = await fetch(place.dataset.documentPanel, { headers }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-document-now]");
  // The panel alone: what is being written below it stays.
  if (fresh) place.replaceChildren(document.importNode(fresh, true));
}

if (place) {
  setInterval(() => {
    if (place.querySelector('[data-live="true"]') && !document.hidden) refresh();
  }, EVERY_MS);
}
