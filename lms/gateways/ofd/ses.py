"""Read a signature by a seal: SES_Signature of GB/T 38540-2020.

Shape: the signed part (version, seal, time, digest, path), the signer's certificate,
the algorithm, the signature, and perhaps a timestamp over it. No extensions: nothing
may be in it that nobody looked at.
"""

from dataclasses import dataclass
from datetime import datetime

from lms.gateways.signing import der, seals, sm2
from lms.gateways.signing.seals import Seal

_BARE = 4
"""So many parts has a signature without a timestamp."""

_STAMP = 0xA0


@dataclass(frozen=True, slots=True)
class Signed:
    """What a SignedValue.dat says. `digest` is of the file at `path`.

    `tbs` is what was signed, `seal_whole` the seal as it lies in it; `stamp` is an
    authority's token over the signature, if there is one.
    """

    seal: Seal
    seal_whole: bytes
    at: datetime
    digest: bytes
    path: str
    certificate: bytes
    tbs: bytes
    signature: bytes
    stamp: bytes | None = None


def parse(data: bytes) -> Signed:
    """Read a SignedValue.dat.

    Raises: der.Malformed, also for what this edition of the standard does not know.
    """
    whole = der.one(data).items()
    if len(whole) not in {_BARE, _BARE + 1}:
        raise der.Malformed("parts")
    told, certificate, algorithm, signature = whole[:_BARE]
    version, seal, at, digest, path = _exactly(told, 5)
    if version.number() != seals.VERSION or algorithm.dotted() != sm2.WITH_SM3:
        raise der.Malformed("no signature of version 4")
    return Signed(
        seals.read(seal.whole),
        seal.whole,
        at.instant(),
        digest.bit_octets(),
        path.text(),
        certificate.only(der.OCTET_STRING),
        told.whole,
        signature.bit_octets(),
        _stamp(whole[_BARE]) if len(whole) > _BARE else None,
    )


def _stamp(item: der.Item) -> bytes:
    if item.tag != _STAMP:
        raise der.Malformed("timestamp")
    (token,) = _exactly(item, 1)
    return token.bit_octets()


def _exactly(item: der.Item, count: int) -> tuple[der.Item, ...]:
    items = item.items()
    if len(items) != count:
        raise der.Malformed("parts")
    return items
