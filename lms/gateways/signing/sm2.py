"""SM2 with SM3: sign, verify, make keys. The curve's arithmetic is GmSSL's.

Source: GB/T 32918.2 (SM2), GB/T 32905 (SM3), GB/T 35276 (encodings, default id).
"""

from dataclasses import dataclass, field
from functools import lru_cache

import gmssl_pyx

from lms.gateways.signing import der, outside
from lms.signing.rules import Key

SIGNER_ID = b"1234567812345678"
"""The name that everybody signs under, unless they agreed on another."""

WITH_SM3 = "1.2.156.10197.1.501"
CURVE = "1.2.156.10197.1.301"
SM3 = "1.2.156.10197.1.401"
_EC_KEY = "1.2.840.10045.2.1"
_SCALAR, _POINT = 32, 65
_FIELDS = 2
_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = _P - 3
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_G = bytes.fromhex(
    "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
    "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"
)
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123


@dataclass(frozen=True, slots=True)
class Pair:
    """A key pair. Units: `scalar` 32 bytes; `point` 64, without the leading 4."""

    point: bytes
    scalar: bytes = field(repr=False)


def sm3(data: bytes) -> bytes:
    """Hash. Units: 32 bytes."""
    digest: bytes = gmssl_pyx.sm3_hash(data)
    return digest


def generate() -> Pair:
    """Make a key pair."""
    point, scalar = gmssl_pyx.sm2_key_generate()
    return Pair(point, scalar)


def sign(key: Key, data: bytes) -> bytes:
    """Sign with a key of a ring. Shape: DER, SEQUENCE of two INTEGER.

    Raises: Unavailable when the key lies outside and nobody answers there.
    """
    if outside.is_outside(key):
        return outside.sign(key, data, lambda one: verify(key.public, data, one))
    return sign_pair(_pair(key.kid, key.public, key.secret), data)


def sign_pair(pair: Pair, data: bytes) -> bytes:
    """Sign with a bare pair."""
    # By the digest: the whole-message call prepares 32 nonces and uses one (2.7 ms).
    digest = sm3(_identity(pair.point) + data)
    signature: bytes = gmssl_pyx.sm2_sign_sm3_digest(pair.scalar, digest)
    return signature


def verify(public: bytes, data: bytes, signature: bytes) -> bool:
    """Say whether a signature holds; `public` is a SubjectPublicKeyInfo, DER.

    Whatever is not well formed does not hold.
    """
    try:
        point = point_of(public)
        _well_formed(signature)
    except der.Malformed:
        return False
    digest = sm3(_identity(point) + data)
    return bool(gmssl_pyx.sm2_verify_sm3_digest(point, digest, signature))


def belongs(scalar: bytes, point: bytes) -> bool:
    """Tell whether a private scalar and a public point are of one pair."""
    if not 0 < int.from_bytes(scalar, "big") < _N - 1:
        return False
    return verify(spki(point), b"one pair", sign_pair(Pair(point, scalar), b"one pair"))


@lru_cache(maxsize=256)
def _identity(point: bytes) -> bytes:
    """Hash who signs, which goes before every message."""
    length = (len(SIGNER_ID) * 8).to_bytes(2, "big")
    curve = _A.to_bytes(32, "big") + _B.to_bytes(32, "big") + _G
    return sm3(length + SIGNER_ID + curve + point)


@lru_cache(maxsize=64)
def _pair(kid: str, public: bytes, secret: bytes) -> Pair:
    del kid
    return Pair(point_of(public), scalar_of(secret))


def _well_formed(signature: bytes) -> None:
    """Find out before GmSSL does, which complains on standard error.

    Raises: der.Malformed.
    """
    numbers = [item.number() for item in der.one(signature).items()]
    if len(numbers) != _FIELDS or not all(0 < number < _N for number in numbers):
        raise der.Malformed("signature")


def algorithm() -> bytes:
    """Write the AlgorithmIdentifier of SM2 with SM3."""
    return der.sequence(der.oid(WITH_SM3))


def spki(point: bytes) -> bytes:
    """Write a SubjectPublicKeyInfo."""
    return der.sequence(_curve(), der.bits(b"\x04" + point))


def _curve() -> bytes:
    return der.sequence(der.oid(_EC_KEY), der.oid(CURVE))


@lru_cache(maxsize=256)
def point_of(public: bytes) -> bytes:
    """Read the point of a SubjectPublicKeyInfo, if it lies on the curve.

    Raises: der.Malformed.
    """
    kind, key = _two(der.one(public))
    point = key.bit_octets()
    if kind.whole != _curve() or len(point) != _POINT or point[0] != 4:  # noqa: PLR2004 - 4 marks a whole point
        raise der.Malformed("no SM2 key")
    x, y = (int.from_bytes(half, "big") for half in (point[1:33], point[33:]))
    if x >= _P or y >= _P or (y * y - x * x * x - _A * x - _B) % _P:
        raise der.Malformed("not on the curve")
    return point[1:]


def _two(item: der.Item) -> tuple[der.Item, der.Item]:
    try:
        first, second = item.items()
    except ValueError as error:
        raise der.Malformed("two were expected") from error
    return first, second


def pkcs8(pair: Pair) -> bytes:
    """Write a private key as PKCS#8."""
    inner = der.sequence(
        der.integer(1),
        der.octets(pair.scalar),
        der.explicit(1, der.bits(b"\x04" + pair.point)),
    )
    return der.sequence(der.integer(0), _curve(), der.octets(inner))


def scalar_of(secret: bytes) -> bytes:
    """Read the private scalar of a PKCS#8 or bare EC private key.

    Raises: der.Malformed.
    """
    items = der.one(secret).items()
    if len(items) < _FIELDS:
        raise der.Malformed("no private key")
    if items[0].number() == 0:
        if items[1].whole != _curve():
            raise der.Malformed("no SM2 key")
        items = der.one(items[2].only(der.OCTET_STRING)).items()
    scalar = items[1].only(der.OCTET_STRING)
    if len(scalar) != _SCALAR:
        raise der.Malformed("scalar")
    return scalar
