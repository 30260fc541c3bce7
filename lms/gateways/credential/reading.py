"""Read a credential that somebody shows, and see whether one of our keys signed it.

Strict: a file is taken in the one way that we write it, to the byte. What is written
otherwise, says a thing twice, or says what a proof would not cover, has no proof.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.credentials.rules.files import FileKind, Finding, Reading, Trust
from lms.credentials.rules.issuers import owner_of, unbase58, unbase64url
from lms.gateways.credential import canon, order
from lms.gateways.credential.issuing import header, signed, written
from lms.gateways.credential.shape import COMPLETION, REGISTRATION
from lms.kernel.clock import legal_day
from lms.signing.rules import PublishedKey, Purpose, Standing, might_sign_on

_LARGEST = 64 * 1024
_TOKEN = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_ADDRESS = re.compile(r"https?://[^/#]+/v/([0-9A-Z]{26})")
_SPEAKS = {COMPLETION: "association:", REGISTRATION: "office:"}
"""Who signs what: an office registrations, an association study, neither the other."""

_REFUSED = (ValueError, TypeError, KeyError, InvalidSignature, RecursionError)


class _Signed(NamedTuple):
    """A file taken apart: what it says, who is named as its signer, and the proof."""

    said: dict[str, Any]
    issuer: str
    kid: str
    message: bytes
    signature: bytes


def kind_of(data: bytes) -> FileKind | None:
    """Tell which of the two forms a file has, if any."""
    start = data[:_LARGEST].lstrip()
    if start.startswith(b"{") and b'"VerifiableCredential"' in start:
        return FileKind.CREDENTIAL
    if len(data) <= _LARGEST and _TOKEN.fullmatch(data.strip()):
        return FileKind.JWT
    return None


def read(data: bytes, trust: Trust) -> Reading:
    """Say what a credential proves by itself. Never raises, whatever bytes come."""
    kind = kind_of(data)
    if kind is None:
        return Reading(None, (Finding("credential.proof", holds=False),))
    try:
        return _read(kind, data, trust)
    except Exception:  # JSON may have any value anywhere, and break us in any way
        number, code = _named(data)
        return Reading(kind, (Finding("credential.proof", holds=False),), number, code)


def _read(kind: FileKind, data: bytes, trust: Trust) -> Reading:
    taken = _json(data) if kind is FileKind.CREDENTIAL else _jwt(data)
    return Reading(
        kind,
        _findings(taken, trust.keys.get(taken.kid)),
        number=_identity(taken.said, "ext:certificateNumber"),
        code=_code(taken.said),
        kid=taken.kid,
        said=_said(taken.said),
    )


def _findings(taken: _Signed, key: PublishedKey | None) -> tuple[Finding, ...]:
    ours = (
        key is not None
        and key.purpose is Purpose.CREDENTIAL
        and key.owner == owner_of(taken.issuer)
        and key.owner.startswith(_SPEAKS.get(taken.said["name"], "-"))
    )
    if key is None or not ours:
        # Anybody can sign; without a key of ours nothing is proved of the text.
        return (
            Finding("credential.proof", holds=None),
            Finding("key.ours", holds=False),
            Finding("credential.status", holds=None),
        )
    since = key.broken_at or key.changed_at
    live = key.standing is not Standing.COMPROMISED
    return (
        Finding("credential.proof", holds=_proved(taken, key.public)),
        Finding("key.ours", holds=True, facts={"owner": key.owner_name}),
        Finding(
            "key.live",
            holds=live and might_sign_on(key, _issued_on(taken.said)),
            facts={"since": since.isoformat()} if since else {},
        ),
        # Whether it was revoked since is in the book alone, or on the status list.
        Finding("credential.status", holds=None),
    )


def _issued_on(said: Mapping[str, Any]) -> date:
    """Give the day that a credential says it was issued on."""
    return legal_day(datetime.fromisoformat(said["validFrom"]))


def _proved(taken: _Signed, public: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(
            taken.signature, taken.message
        )
    except _REFUSED:
        return False
    return True


# -- the two forms ------------------------------------------------------------------


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice")
    return found


def _parsed(data: bytes) -> dict[str, Any]:
    """Take an object in our own writing. Raises: ValueError."""
    if len(data) > _LARGEST:
        raise ValueError("too long")
    text = data.decode()
    found = json.loads(text, object_pairs_hook=_once)
    if not isinstance(found, dict) or written(found) != text:
        raise ValueError("written otherwise")
    return found


def _json(data: bytes) -> _Signed:
    said = _parsed(data)
    last, proof = said.popitem()
    if last != "proof" or not order.is_ours(said):
        raise ValueError("another order")
    issuer = said["issuer"]["id"]
    created, method = said["validFrom"], proof["verificationMethod"]
    wanted = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": created,
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
        "proofValue": proof["proofValue"],
    }
    if list(proof.items()) != list(wanted.items()) or proof["proofValue"][:1] != "z":
        raise ValueError("another proof")
    kid = _kid(method, issuer)
    signature = unbase58(proof["proofValue"][1:])
    return _Signed(said, issuer, kid, signed(said, created, method), signature)


def _jwt(data: bytes) -> _Signed:
    first, body, last = data.split(b".")
    said = _parsed(unbase64url(body.decode()))
    claims = {name: said.pop(name) for name in _CLAIMS if name in said}
    head = _parsed(unbase64url(first.decode()))
    issuer = said["issuer"]["id"]
    kid = _kid(head["kid"], issuer).removesuffix("-jwk")
    canon.statements(said)
    if first.decode() != header(kid, issuer) or claims != _claims(said):
        raise ValueError("other claims")
    return _Signed(said, issuer, kid, first + b"." + body, unbase64url(last.decode()))


_CLAIMS = ("iss", "jti", "sub", "nbf", "exp")


def _claims(said: Mapping[str, Any]) -> dict[str, Any]:
    """Give the claims that a token must make beside its credential."""
    until = said.get("validUntil")
    return {
        "iss": said["issuer"]["id"],
        "jti": said["id"],
        "sub": said["credentialSubject"]["id"],
        "nbf": _seconds(said["validFrom"]),
        **({"exp": _seconds(until)} if until else {}),
    }


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def _kid(method: str, issuer: str) -> str:
    start, _sharp, kid = method.partition("#")
    if start != issuer or not kid:
        raise ValueError("another's key")
    return kid


# -- what it says -------------------------------------------------------------------


def _identity(said: Mapping[str, Any], kind: str) -> str:
    entries = said["credentialSubject"].get("identifier", ())
    found = (e["identityHash"] for e in entries if e["identityType"] == kind)
    return str(next(found, ""))


def _code(said: Mapping[str, Any]) -> str:
    found = _ADDRESS.fullmatch(said["id"])
    return found[1] if found else ""


def _said(said: Mapping[str, Any]) -> dict[str, str]:
    """Tell what the file says of itself, by name."""
    subject = said["credentialSubject"]
    results = {
        one["id"].partition("#")[2].replace("-", "_"): one["value"]
        for one in subject.get("result", ())
    }
    found = {
        "title": said.get("name", ""),
        "name": _identity(said, "name"),
        "id_masked": _identity(said, "nationalIdentityNumber"),
        "employer": _identity(said, "ext:employer"),
        "registration_no": subject.get("licenseNumber", ""),
        "specialty": subject["achievement"].get("fieldOfStudy", ""),
        "period": subject.get("term", ""),
        "issuer": said["issuer"].get("name", ""),
        "issued_on": said["validFrom"][:10],
        "valid_until": said.get("validUntil", "")[:10],
        **results,
    }
    return {name: word for name, word in found.items() if word}


def _named(data: bytes) -> tuple[str, str]:
    """Find what a file that proves nothing says of its number and code."""
    text = data
    if not data.lstrip().startswith(b"{"):
        try:
            text = unbase64url(data.strip().split(b".")[1].decode())
        except _REFUSED:
            return "", ""
    number, code = _NUMBERED.search(text), _CODED.search(text)
    return (
        number[1].decode(errors="replace") if number else "",
        code[1].decode() if code else "",
    )


_CODED = re.compile(rb"/v/([0-9A-Z]{26})[\"#]")
_NUMBERED = re.compile(
    rb'"identityHash":\s*"([^"]{1,40})",\s*"identityType":\s*"ext:certificateNumber"'
)
