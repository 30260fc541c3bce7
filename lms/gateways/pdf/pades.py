"""Sign a PDF while it is written: PAdES baseline B-B, and no change allowed after.

The container is DER written here, with exactly what the profile asks: all that is not
under the signature can be written again from the key's chain, so that a reader of ours
finds even a changed byte where no signature looks.

Source: ETSI EN 319 142-1, RFC 5652, RFC 5035; ISO 32000-1, 12.8.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from lms.gateways.pdf.tags import text
from lms.gateways.signing import der, signers
from lms.kernel.clock import SHANGHAI
from lms.signing.rules import Key

_DATA = der.oid("1.2.840.113549.1.7.1")
_SIGNED_DATA = der.oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = der.oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = der.oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE = der.oid("1.2.840.113549.1.9.16.2.47")
_RSA_KEY = "1.2.840.113549.1.1.1"
_SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
_RSA = der.sequence(der.oid("1.2.840.113549.1.1.11"), der.null())
_ECDSA = der.sequence(der.oid("1.2.840.10045.4.3.2"))
_ECDSA_MOST = 72
"""Octets of the longest signature on a curve of 256 bits, in DER."""

_RANGE = b"[0 0000000000 0000000000 0000000000]"
_CONTENTS = b"/Contents <"


@dataclass(frozen=True, slots=True)
class Seal:
    """Where a form is shown as the signature. Units: millimetres, y down.

    `alt` says what is pictured.
    """

    form: str
    x: float
    y: float
    width: float
    height: float
    alt: str = "电子签章"


@dataclass(frozen=True, slots=True)
class Signing:
    """With what, when and why a document is signed."""

    key: Key
    at: datetime
    reason: str
    signer: str
    location: str = ""
    seal: Seal | None = None


def stamp(instant: datetime) -> str:
    """Write an instant as PDF does, in the time of Shanghai."""
    return f"D:{instant.astimezone(SHANGHAI):%Y%m%d%H%M%S}+08'00'"


def dictionary(signing: Signing) -> bytes:
    """Write the signature's dictionary with room for range and container."""
    place = f"/Location {text(signing.location)}" if signing.location else ""
    head = "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange "
    tail = (
        f"/M({stamp(signing.at)})/Name {text(signing.signer)}"
        f"/Reason {text(signing.reason)}{place}"
        "/Reference [<</Type/SigRef/TransformMethod/DocMDP"
        "/TransformParams <</Type/TransformParams/P 1/V/1.2>>>>]>>"
    )
    room = b"0" * (2 * _room(signing.key.chain))
    return b"".join((head.encode(), _RANGE, _CONTENTS, room, b">", tail.encode()))


def signed(document: bytes, at: int, key: Key) -> bytes:
    """Fill the range and the container of the signature whose object begins at `at`.

    Raises: Unavailable when the key lies outside and nobody answers there.
    """
    span = document.index(_RANGE, at)
    begin = document.index(_CONTENTS, span) + len(_CONTENTS) - 1
    end = begin + 2 * _room(key.chain) + 2
    whole = bytearray(document)
    said = b"[0 %d %d %d]" % (begin, end, len(document) - end)
    whole[span : span + len(_RANGE)] = said.ljust(len(_RANGE))
    with memoryview(whole) as seen:
        digest = hashlib.sha256(seen[:begin])
        digest.update(seen[end:])
    attributes = _attributes(key.chain[0], digest.digest())
    value = signers.ecdsa_sign(key, der.tlv(der.SET, attributes))
    made = container(key.chain, attributes, value).hex().encode()
    whole[begin + 1 : begin + 1 + len(made)] = made
    return bytes(whole)


def container(chain: tuple[bytes, ...], attributes: bytes, value: bytes) -> bytes:
    """Write the CMS SignedData of a signature."""
    leaf = _leaf(chain[0])
    signer = der.sequence(
        der.integer(1),
        leaf.issuer_serial,
        _SHA256,
        der.explicit(0, attributes),
        leaf.algorithm,
        der.octets(value),
    )
    return der.sequence(
        _SIGNED_DATA,
        der.explicit(
            0,
            der.sequence(
                der.integer(1),
                der.tlv(der.SET, _SHA256),
                der.sequence(_DATA),
                der.explicit(0, *sorted(chain)),
                der.tlv(der.SET, signer),
            ),
        ),
    )


def rebuilt(chain: tuple[bytes, ...], digest: bytes, value: bytes) -> bytes:
    """Write the container that our signer writes for this digest and signature."""
    return container(chain, _attributes(chain[0], digest), value)


def _attributes(leaf: bytes, digest: bytes) -> bytes:
    """Write what is signed: kind of content, digest, and which certificate signs."""
    return b"".join(
        sorted(
            (
                der.sequence(_CONTENT_TYPE, der.tlv(der.SET, _DATA)),
                der.sequence(_MESSAGE_DIGEST, der.tlv(der.SET, der.octets(digest))),
                _leaf(leaf).named,
            )
        )
    )


@dataclass(frozen=True, slots=True)
class _Leaf:
    """What a container says of the signer's certificate, ready written.

    Units: `most` is the longest signature of its key, in octets.
    """

    named: bytes
    issuer_serial: bytes
    algorithm: bytes
    most: int


@lru_cache(maxsize=64)
def _leaf(certificate: bytes) -> _Leaf:
    digest = hashlib.sha256(certificate).digest()
    # SEQUENCE OF ESSCertIDv2; SHA-256 goes without saying.
    identified = der.sequence(der.sequence(der.sequence(der.octets(digest))))
    fields = der.one(certificate).items()[0].items()
    serial, _, issuer, _, _, public = fields[1:7] if _versioned(fields) else fields[:6]
    kind, bits = public.items()
    rsa = kind.items()[0].dotted() == _RSA_KEY
    return _Leaf(
        named=der.sequence(_SIGNING_CERTIFICATE, der.tlv(der.SET, identified)),
        issuer_serial=der.sequence(issuer.whole, serial.whole),
        algorithm=_RSA if rsa else _ECDSA,
        most=_modulus(bits.bit_octets()) if rsa else _ECDSA_MOST,
    )


def _versioned(fields: tuple[der.Item, ...]) -> bool:
    return fields[0].whole[0] == der.explicit(0)[0]


def _modulus(public: bytes) -> int:
    """Give how long the modulus of an RSA key is. Units: octets."""
    return (der.one(public).items()[0].number().bit_length() + 7) // 8


@lru_cache(maxsize=64)
def _room(chain: tuple[bytes, ...]) -> int:
    """Give how long the longest container of a key with this chain is."""
    return len(rebuilt(chain, bytes(32), bytes(_leaf(chain[0]).most)))
