"""Say what an OFD file proves by itself, against the keys that the house publishes."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from lms.credentials.rules.files import FileKind, Finding, Reading, Trust
from lms.gateways.ofd import ses
from lms.gateways.ofd.archive import NAMES, Package, Unreadable, text
from lms.gateways.ofd.parts import STORED, Part, packing, sm3
from lms.gateways.ofd.writer import CODE, NUMBER, PACKING
from lms.gateways.signing import sm2
from lms.gateways.signing import sm2_certificates as certificates
from lms.kernel.clock import legal_day
from lms.signing.rules import PublishedKey, Purpose, Standing, might_sign_on

_ROOT = "OFD.xml"
_BEGINS = 4096
_NAMED = re.compile(rb'Name="(Number|Code)">([0-9A-Za-z-]{4,64})<')


@dataclass(frozen=True, slots=True)
class _Sealing:
    """Where in a package the seal is, and what it says of the other entries."""

    signature: str
    value: str
    seal: str
    method: str
    digests: dict[str, bytes]
    twice: bool


def read(data: bytes, trust: Trust) -> Reading:
    """Read a file. It never raises: what cannot be read is a finding.

    Findings: `ofd.covered` (every entry, and every byte of the package, is what was
    sealed; else `why`, perhaps `part`), `ofd.seal` (seal and signature hold; else
    `why`; with `at`, `seal`), `key.ours`, `key.live`, `time.stamp`. A package without
    a seal has `ofd.seal` None. A file that this house could not have written is not
    covered.
    """
    try:
        opened = Package(data)
        told = _told(opened)
    except Unreadable as reason:
        finding = Finding("ofd.covered", holds=False, facts={"why": str(reason)})
        return Reading(FileKind.OFD, (finding,), *_named(data))
    known = (told.pop(NUMBER, ""), told.pop(CODE, ""))
    packed = told.pop(PACKING, "")
    try:
        sealing = _sealing(opened)
        if sealing is None:
            return Reading(
                FileKind.OFD, (Finding("ofd.seal", None),), *known, said=told
            )
        covered = _covered(opened, sealing, packed)
        findings, kid = _judged(opened, sealing, trust)
    except ValueError as reason:  # of the package, or of the DER in it
        finding = Finding(
            "ofd.seal", holds=False, facts={"why": "form", "detail": str(reason)}
        )
        return Reading(FileKind.OFD, (finding,), *known, said=told)
    return Reading(FileKind.OFD, (*findings, covered), *known, kid, told)


def _named(data: bytes) -> tuple[str, str]:
    """Find of which certificate a broken file was; nothing of it is proved."""
    found = dict(_NAMED.findall(data[:_BEGINS]))
    return found.get(b"Number", b"").decode(), found.get(b"Code", b"").decode()


def _told(opened: Package) -> dict[str, str]:
    """Give what the package says of itself."""
    custom = opened.xml(_ROOT).iter(f"{NAMES}CustomData")
    return {one.get("Name") or "": one.text or "" for one in custom}


def _sealing(opened: Package) -> _Sealing | None:
    """Follow the package to its one seal."""
    listed = text(opened.xml(_ROOT), "DocBody/Signatures")
    if listed is None:
        return None
    listing = opened.place(_ROOT, listed)
    found = opened.xml(listing).findall(f"{NAMES}Signature")
    if len(found) != 1:
        raise Unreadable("signatures")
    signature = opened.place(listing, found[0].get("BaseLoc"))
    root = opened.xml(signature)
    references = root.find(f"{NAMES}SignedInfo/{NAMES}References")
    if references is None:
        raise Unreadable("references")
    pairs = [
        (
            opened.place(signature, one.get("FileRef")),
            _decoded(text(one, "CheckValue")),
        )
        for one in references
    ]
    return _Sealing(
        signature,
        opened.place(signature, text(root, "SignedValue")),
        opened.place(signature, text(root, "SignedInfo/Seal/BaseLoc")),
        references.get("CheckMethod") or "",
        dict(pairs),
        len(dict(pairs)) != len(pairs),
    )


def _decoded(words: str | None) -> bytes:
    try:
        return base64.b64decode((words or "").strip(), validate=True)
    except binascii.Error:
        return b""


# -- what is covered ----------------------------------------------------------------


def _covered(opened: Package, sealing: _Sealing, packed: str) -> Finding:
    for why, part in _uncovered(opened, sealing, packed):
        facts = {"why": why, "part": part} if part else {"why": why}
        return Finding("ofd.covered", holds=False, facts=facts)
    return Finding(
        "ofd.covered", holds=True, facts={"parts": str(len(sealing.digests))}
    )


def _uncovered(
    opened: Package, sealing: _Sealing, packed: str
) -> Iterator[tuple[str, str]]:
    """Name what the seal does not answer for."""
    if sealing.method != sm2.SM3 or sealing.twice:
        yield "references", ""
    own = (sealing.signature, sealing.value)
    found = {n: part.digest for n, part in opened.parts.items() if n not in own}
    for name in found.keys() | sealing.digests.keys():
        if name not in sealing.digests:
            yield "added", name
        elif name not in found:
            yield "removed", name
        elif found[name] != sealing.digests[name]:
            yield "changed", name
    if not _in_order(list(opened.parts.values()), own, packed):
        yield "packing", ""


def _in_order(parts: list[Part], own: tuple[str, str], packed: str) -> bool:
    """Tell whether the entries lie as they were put: order, and bytes as pressed.

    The three that the sum leaves out are stored, so their digests are of their bytes.
    """
    names = [part.name for part in parts]
    bare = (parts[0], *parts[-2:])
    return (
        names[0] == _ROOT
        and tuple(names[-2:]) == own
        and all(part.method == STORED for part in bare)
        and packing(parts[1:-2]) == packed
    )


# -- the seal -----------------------------------------------------------------------


def _judged(
    opened: Package, sealing: _Sealing, trust: Trust
) -> tuple[tuple[Finding, ...], str]:
    """Judge seal, signature and key."""
    value = ses.parse(opened.content(sealing.value))
    signer = certificates.parse(value.certificate)
    key = _published(signer.public, trust)
    facts = {
        "at": value.at.astimezone(UTC).isoformat(),
        "seal": value.seal.name,
    }
    why = next(_wrong(opened, sealing, value, signer), "") or _unbacked(
        value, signer, key
    )
    if why:
        facts["why"] = why
    stamped, stamp = _stamped(value, trust)
    findings = [
        Finding("ofd.seal", not why, facts),
        Finding("key.ours", key is not None),
    ]
    if key:
        findings.append(Finding("key.live", _live(key, value.at, stamped)))
    return (*findings, stamp), key.kid if key else ""


def _live(key: PublishedKey, at: datetime, stamped: datetime | None) -> bool:
    """Tell whether a key could be trusted when it sealed, as the seal says, `at`.

    Of a broken key only an authority's word can say that it sealed before.
    """
    if not might_sign_on(key, legal_day(at)):
        return False
    if key.standing is not Standing.COMPROMISED and key.broken_at is None:
        return True
    return bool(stamped and key.broken_at and stamped < key.broken_at)


def _stamped(value: ses.Signed, trust: Trust) -> tuple[datetime | None, Finding]:
    """Find the time that somebody believed here vouches for."""
    if value.stamp is None:
        return None, Finding("time.stamp", None)
    from lms.gateways.ofd import timing  # noqa: PLC0415 - pyHanko is heavy

    try:
        told = timing.told(value.stamp, value.signature, trust.stampers)
    except ValueError:
        return None, Finding("time.stamp", holds=False)
    facts = {"at": told.at.isoformat(), "by": told.by}
    stamp = Finding("time.stamp", told.believed or None, facts)
    return (told.at if told.believed else None), stamp


def _published(public: bytes, trust: Trust) -> PublishedKey | None:
    seals = (key for key in trust.keys.values() if key.purpose is Purpose.SEAL)
    return next((key for key in seals if key.public == public), None)


def _wrong(
    opened: Package, sealing: _Sealing, value: ses.Signed, signer: certificates.Parsed
) -> Iterator[str]:
    """Name what is wrong with a seal and its signature, seen by themselves."""
    seal = value.seal
    spans = ((seal.since, seal.until), (signer.valid_from, signer.valid_until))
    holds = {
        "path": value.path == f"/{sealing.signature}",
        "digest": value.digest == sm3(opened.content(sealing.signature)),
        "signature": sm2.verify(signer.public, value.tbs, value.signature),
        "seal": opened.content(sealing.seal) == value.seal_whole,
        "owner": value.certificate in seal.certificates,
        "maker": seal.holds,
        "period": all(since <= value.at <= until for since, until in spans),
    }
    return (why for why, held in holds.items() if not held)


def _unbacked(
    value: ses.Signed, signer: certificates.Parsed, key: PublishedKey | None
) -> str:
    """Hold the certificates in a seal against those that are published above its key.

    A certificate whose issuer is not among them is not judged by it: the key is.
    """
    above = [certificates.parse(one) for one in key.chain[1:]] if key else []
    for one in (signer, certificates.parse(value.seal.maker)):
        named = [issuer for issuer in above if issuer.subject == one.issuer]
        if named and not any(certificates.signed_by(one, issuer) for issuer in named):
            return "chain"
    return ""
