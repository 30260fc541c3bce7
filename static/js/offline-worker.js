// Keeps the offline check ready, and answers for it when there is no network.
// Before this text the house writes: const SHELL = { name, pages, files };

const PATIENCE = 8_000;

self.addEventListener("install", (event) => event.waitUntil(stock()));
self.addEventListener("activate", (event) => event.waitUntil(clear()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (SHELL.files.includes(url.pathname + url.search)) event.respondWith(file(request));
});

async function stock() {
  const shelf = await caches.open(SHELL.name);
  await shelf.addAll([...Object.values(SHELL.pages), ...SHELL.files]);
  await self.skipWaiting();
}

async function clear() {
  const old = (await caches.keys()).filter(
    (name) => name.startsWith("xueshi-offline-") && name !== SHELL.name,
  );
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The true page while there is a network; the kept page when nothing comes. */
async function page(request, url) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    return await fetch(request, { signal: patience.signal });
  } catch {
    const language = url.searchParams.get("lang") === "en" ? "en" : "zh";
    const shelf = await caches.open(SHELL.name);
    return (await shelf.match(SHELL.pages[language])) ?? Response.error();
  } finally {
    clearTimeout(timer);
  }
}

async function file(request) {
  const shelf = await caches.open(SHELL.name);
  return (await shelf.match(request)) ?? fetch(request);
}
