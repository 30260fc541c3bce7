// The list of published keys: fetched when there is a network, else as it was kept.

const SHELF = "xueshi-keys";
const ADDRESS = "/keys.json";
const KEPT_AT = "X-Kept-At";
const PATIENCE = 5_000;

/** Give the keys and since when they are known: { keys, at, fresh }, or null. */
export async function publishedKeys() {
  return (await fetched()) ?? kept();
}

async function fetched() {
  try {
    // A line that hangs must not keep the list that is here from being used.
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await fetch(ADDRESS, { cache: "no-cache", credentials: "omit", signal });
    if (!response.ok) return null;
    const text = await response.text();
    const { keys } = JSON.parse(text);
    const at = new Date().toISOString();
    await keep(text, at);
    return { keys, at, fresh: true };
  } catch {
    return null;
  }
}

async function keep(text, at) {
  // Without a secure address there is no shelf: then the list lasts as long as the page.
  const shelf = await globalThis.caches?.open(SHELF);
  const headers = { "Content-Type": "application/json", [KEPT_AT]: at };
  await shelf?.put(ADDRESS, new Response(text, { headers }));
}

async function kept() {
  try {
    const found = await (await caches.open(SHELF)).match(ADDRESS);
    if (!found) return null;
    const { keys } = await found.json();
    return { keys, at: found.headers.get(KEPT_AT), fresh: false };
  } catch {
    return null;
  }
}
