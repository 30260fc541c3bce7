// Judge credentials by Digital Bazaar's library and jose: one JSON in, one JSON out.
// In: documents by address, credentials (JSON), tokens with the keys to check them by.
import fs from "node:fs";
import { DataIntegrityProof, checkStatus, cryptosuite, jose, vc } from "./vendor/credentials.mjs";

const asked = JSON.parse(fs.readFileSync(0, "utf-8"));

async function documentLoader(url) {
  const document = asked.documents[url];
  if (!document) throw new Error(`not at hand: ${url}`);
  return { contextUrl: null, documentUrl: url, document };
}

function told(result) {
  const errors = result.error?.errors ?? (result.error ? [result.error] : []);
  return { verified: result.verified, said: errors.map((error) => error.message).join("; ") };
}

const suite = new DataIntegrityProof({ cryptosuite });
const now = asked.now;

// The library looks at a list's dates by the machine's clock; here the test says what time it is.
async function standing({ credential }) {
  const found = await checkStatus({
    credential,
    documentLoader,
    suite,
    verifyBitstringStatusListCredential: false,
  });
  for (const { credentialStatus } of found.results ?? []) {
    const { document } = await documentLoader(credentialStatus.statusListCredential);
    const list = await vc.verifyCredential({ credential: document, suite, documentLoader, now });
    if (!list.verified) return list;
  }
  if (!found.verified) return found;
  const set = found.results.some(({ status }) => status);
  return { verified: !set, error: set ? new Error("withdrawn") : undefined };
}

async function judged(credential) {
  return told(
    await vc.verifyCredential({ credential, suite, documentLoader, checkStatus: standing, now }),
  );
}

async function opened({ token, jwk }) {
  try {
    const key = await jose.importJWK(jwk, "EdDSA");
    const { payload, protectedHeader } = await jose.jwtVerify(token, key, {
      currentDate: new Date(asked.now),
      algorithms: ["EdDSA"],
    });
    return { payload, header: protectedHeader };
  } catch (error) {
    return { refused: error.code };
  }
}

const credentials = await Promise.all(asked.credentials.map(judged));
const tokens = await Promise.all(asked.tokens.map(opened));
process.stdout.write(JSON.stringify({ credentials, tokens }));
