"""Seal personal data: a data key for each person, wrapped by the house's key.

A value is `version | key id | nonce | ciphertext and tag` under AES-256-GCM. The
additional data name table, column and row, so a sealed value that is moved to another
place does not open there. Losing a person's wrapped key erases the person, in
backups too.
"""

import hashlib
import hmac
import os
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_NONCE = 12
_HEAD = 1 + 4
KEY_BYTES = 32


class SealBroken(Exception):
    """A sealed value does not open here: wrong key, place or bytes."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The secrets of the house. Never stored in the database.

    Units: `master` and `pepper` are 32 bytes.
    """

    master: bytes
    pepper: bytes

    @property
    def key_id(self) -> bytes:
        """Name the master key without telling it."""
        return hashlib.sha256(b"kid" + self.master).digest()[:4]


class _Shelf:
    ring: Keyring | None = None


def install(ring: Keyring) -> None:
    """Hand the house its keys, once, at start."""
    _Shelf.ring = ring


def _ring() -> Keyring:
    if _Shelf.ring is None:
        raise RuntimeError("no keyring is installed")
    return _Shelf.ring


def new_key() -> bytes:
    """Mint a data key for one person."""
    return AESGCM.generate_key(256)


def wrap(key: bytes, owner: str) -> bytes:
    """Seal a data key with the master key; `owner` is the person's id."""
    ring = _ring()
    return _seal(ring.master, ring.key_id, key, f"dek|{owner}")


def unwrap(wrapped: bytes, owner: str) -> bytes:
    """Open a data key.

    Raises: SealBroken.
    """
    return unseal(_ring().master, wrapped, f"dek|{owner}")


def seal(key: bytes, value: str | bytes, aad: str) -> bytes:
    """Seal one value for one place; `aad` is "table|column|row id".

    Of a bunch of keys the first, which is the person's own, seals.
    """
    raw = value.encode() if isinstance(value, str) else value
    return _seal(key[:KEY_BYTES], b"\0\0\0\0", raw, aad)


def unseal(key: bytes, sealed: bytes, aad: str) -> bytes:
    """Open one value, with whichever of a bunch of keys it was sealed.

    Raises: SealBroken.
    """
    nonce, body = sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :]
    for start in range(0, len(key), KEY_BYTES):
        one = AESGCM(key[start : start + KEY_BYTES])
        try:
            return one.decrypt(nonce, body, sealed[:_HEAD] + aad.encode())
        except (InvalidTag, ValueError):
            continue
    raise SealBroken(aad.partition("|")[0])


def _seal(key: bytes, key_id: bytes, raw: bytes, aad: str) -> bytes:
    head = _VERSION + key_id
    nonce = os.urandom(_NONCE)
    return head + nonce + AESGCM(key).encrypt(nonce, raw, head + aad.encode())


def blind_index(kind: str, value: str) -> bytes:
    """Make a value findable without storing it; `kind` keeps columns apart."""
    folded = unicodedata.normalize("NFKC", value).strip().upper()
    return hmac.digest(_ring().pepper, f"{kind}|{folded}".encode(), "sha256")


def mask_id(number: str) -> str:
    """Show four characters at each end of an ID number.

    >>> mask_id("150203196103150010")
    '1502**********0010'
    """
    return number[:4] + "*" * max(0, len(number) - 8) + number[-4:]


def mask_phone(number: str) -> str:
    """Show three digits before and four after.

    >>> mask_phone("13800000001")
    '138****0001'
    """
    return number[:3] + "****" + number[-4:]


def mask_email(address: str) -> str:
    """Show one letter and the domain.

    >>> mask_email("learner@demo.example")
    'l***@demo.example'
    """
    name, _, domain = address.partition("@")
    return f"{name[:1]}***@{domain}"


def mask_name(name: str) -> str:
    """Show the family name alone.

    >>> mask_name("张建国")
    '张*'
    """
    return name[:1] + "*"
