"""Look at a seal's key that was brought: SM2, with SM2 certificates."""

from dataclasses import dataclass
from datetime import datetime

from lms.gateways.signing import chains, der, seals, sm2, uploads
from lms.gateways.signing import sm2_certificates as certificates
from lms.gateways.signing.seals import Seal
from lms.gateways.signing.sm2_certificates import Parsed
from lms.gateways.signing.uploads import wrong
from lms.signing.ports import Upload


@dataclass(frozen=True, slots=True)
class Judged:
    """A chain in order, and between which instants all of it holds."""

    point: bytes
    chain: tuple[bytes, ...]
    valid_from: datetime
    valid_until: datetime


def scalar(upload: Upload) -> bytes:
    """Read the private key: PEM, DER, or 64 hexadecimal digits.

    Raises: Refused("signing.import").
    """
    bare = uploads.scalar(upload.key)
    if bare is not None:
        return bare
    body = uploads.private_der(upload.key)
    try:
        return sm2.scalar_of(body)
    except der.Malformed as error:
        raise wrong("signing.kind") from error


def judge(
    listed: list[bytes], own: bytes | None, point: bytes | None, now: datetime
) -> Judged:
    """Find the certificates of a key, in order, and see that they fit.

    The key is known by its private scalar (`own`), or by its public point.

    Raises: Refused("signing.import") with everything that is wrong.
    """
    found = _parsed(listed)
    leaf = next((one for one in found if _is_of(one, own, point)), None)
    if leaf is None:
        raise wrong("signing.mismatch")
    others = [one for one in found if one is not leaf]
    chain = chains.ordered(leaf, others, certificates.signed_by)
    problems = _problems(chain, now)
    if problems:
        raise wrong(*problems)
    raw = {id(parsed): data for data, parsed in zip(listed, found, strict=True)}
    return Judged(
        sm2.point_of(leaf.public),
        tuple(raw[id(one)] for one in chain),
        max(one.valid_from for one in chain),
        min(one.valid_until for one in chain),
    )


def _parsed(listed: list[bytes]) -> list[Parsed]:
    try:
        return [certificates.parse(one) for one in listed]
    except der.Malformed as error:
        raise wrong("signing.not_sm2") from error


def _is_of(one: Parsed, own: bytes | None, point: bytes | None) -> bool:
    try:
        theirs = sm2.point_of(one.public)
    except der.Malformed:
        return False
    if own is None:
        return theirs == point
    return sm2.belongs(own, theirs)


def _problems(chain: tuple[Parsed, ...], now: datetime) -> list[str]:
    leaf, problems = chain[0], []
    if leaf.ca:
        problems.append("signing.is_ca")
    if leaf.valid_until <= now:
        problems.append("signing.expired")
    if leaf.valid_from > now:
        problems.append("signing.not_yet")
    if len(chain) == 1:
        alone = leaf.issuer == leaf.subject
        problems.append("signing.self_signed" if alone else "signing.chain")
    if any(one.valid_until <= now for one in chain[1:]):
        problems.append("signing.chain_expired")
    if not all(one.ca for one in chain[1:]):
        problems.append("signing.no_authority")
    return problems


_PICTURES = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
}


def picture(found: Seal) -> tuple[str, bytes]:
    """Give a seal's picture with its media type; ("", b"") for a kind none shows."""
    for media, begins in _PICTURES.items():
        if found.picture.startswith(begins):
            return media, found.picture
    return "", b""


def seal(data: bytes, leaf: bytes, now: datetime) -> Seal:
    """See that a seal which a licensed maker made is this key's, and holds.

    Raises: Refused("signing.import").
    """
    try:
        found = seals.read(data)
    except der.Malformed as error:
        raise wrong("signing.unread_seal") from error
    problems = []
    if leaf not in found.certificates:
        problems.append("signing.seal_of_other")
    if not found.holds:
        problems.append("signing.seal_broken")
    if not found.since <= now < found.until:
        problems.append("signing.seal_ended")
    if not picture(found)[0]:
        problems.append("signing.seal_picture")
    if problems:
        raise wrong(*problems)
    return found
