"""Sign a certificate's credential in two forms: data integrity proof, and token.

The text of the credential is written once. The proof is put before its last brace, and
so are the claims of the token: both forms say the same to the byte.

Source: W3C VC Data Integrity EdDSA Cryptosuites 1.0 (eddsa-rdfc-2022);
1EdTech Open Badges 3.0, 8.2 (token).
"""

import hashlib
import json
from typing import Any

from lms.credentials.rules import Facts, PrintedRegistration
from lms.credentials.rules.issuers import (
    CredentialFiles,
    base58,
    base64url,
    issuer_did,
)
from lms.gateways.credential import canon, shape
from lms.gateways.signing.signers import ed25519_sign
from lms.signing.rules import Key


def issue(
    facts: Facts | PrintedRegistration, key: Key, base_url: str
) -> CredentialFiles:
    """Write and sign a certificate's credential.

    `key` names the issuer. Every byte follows from the facts, the key and the
    address: asking again gives the same files.

    Raises: ValueError for facts that no credential can say; Unavailable.
    """
    said = shape.credential(facts, base_url, key.owner)
    begins, ends = shape.seconds(facts)
    return sealed(said, key, issuer_did(base_url, key.owner), (begins, ends))


def sealed(
    said: dict[str, Any],
    key: Key,
    issuer: str,
    span: tuple[int, int | None],
    kind: str = "credential",
) -> CredentialFiles:
    """Sign what a document says in both forms. Units: `span` in seconds since 1970."""
    text = written(said)
    claims = {
        "iss": issuer,
        "jti": said["id"],
        "sub": said["credentialSubject"]["id"],
        "nbf": span[0],
        **({} if span[1] is None else {"exp": span[1]}),
    }
    return CredentialFiles(
        joined(text, "proof", proof(said, key, issuer, kind)).encode(),
        _token(f"{text[:-1]},{written(claims)[1:]}", key, issuer),
    )


def written(value: object) -> str:
    """Write JSON in the one way that our files have it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def joined(text: str, name: str, value: object) -> str:
    """Add one member at the end of an object's text."""
    return f'{text[:-1]},"{name}":{written(value)}}}'


def proof(
    said: dict[str, Any], key: Key, issuer: str, kind: str = "credential"
) -> dict[str, str]:
    """Sign what a document says. It dates from the document's first day."""
    created, method = said["validFrom"], f"{issuer}#{key.kid}"
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": created,
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
        "proofValue": "z"
        + base58(ed25519_sign(key, signed(said, created, method, kind))),
    }


def signed(
    said: dict[str, Any], created: str, method: str, kind: str = "credential"
) -> bytes:
    """Give the bytes under a proof. Raises: ValueError or TypeError."""
    options = canon.proof_statements(created, method)
    body = canon.statements(said, kind)
    return (
        hashlib.sha256(options.encode()).digest()
        + hashlib.sha256(body.encode()).digest()
    )


def header(kid: str, issuer: str) -> str:
    """Give the token's first part: algorithm, form, and the key's address."""
    return base64url(
        written({"alg": "EdDSA", "kid": f"{issuer}#{kid}-jwk", "typ": "JWT"}).encode()
    )


def _token(payload: str, key: Key, issuer: str) -> bytes:
    start = f"{header(key.kid, issuer)}.{base64url(payload.encode())}".encode()
    return start + b"." + base64url(ed25519_sign(key, start)).encode()
