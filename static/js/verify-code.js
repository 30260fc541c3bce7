// On a certificate's page: does the code that led here say what the book says?
//
// Nothing is loaded unless the address carries a code behind "#".

const place = document.querySelector("[data-code-check]");

async function compare(payload) {
  const [{ parted, readCode, signerOf }, { publishedKeys }] = await Promise.all([
    import("./offline-code.js"),
    import("./offline-keys.js"),
  ]);
  const code = readCode(payload);
  if (!code) return "differs";
  const book = place.dataset;
  const number = code.number === book.number || code.number.startsWith(`${book.number}-`);
  if (!number || code.name !== book.name || code.issued !== book.issued) return "differs";
  if (!globalThis.crypto?.subtle) return null;
  const known = await publishedKeys();
  if (!known) return null;
  const key = await signerOf(code, parted(location.href).token, known.keys);
  return key ? "agrees" : "differs";
}

async function look() {
  const payload = location.hash.slice(1);
  // The skip link and others lead to names; a code is long.
  const said = place && payload.length > 80 ? await compare(payload).catch(() => null) : null;
  for (const one of place?.querySelectorAll("[data-code]") ?? []) {
    one.hidden = one.dataset.code !== said;
  }
}

addEventListener("hashchange", look);
look();
