"""Read what a certificate's QR code carries, as a phone without a network does.

The product's own reader is `static/js/offline-code.js`; this one, written from the same
form, is what the writer is held against.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.credentials.rules import read_code
from lms.credentials.rules.issuers import unbase64url
from lms.kernel.credit import Credit
from lms.policy.model import Specialty
from lms.signing.rules import PublishedKey, Purpose

_FORM = b"xueshi certificate code\n"
_COMPLETION, _REGISTRATION = 0x11, 0x12
_SIGNATURE = 64
_HINT = 6
_DAY_ZERO = date(2000, 1, 1)
_HEAD = struct.Struct(f">B{_HINT}sHHB")
_HOURS, _TERM = struct.Struct(">BHH"), struct.Struct(">BH")
_SPECIALTIES = {
    1: Specialty.BUILDING,
    2: Specialty.HIGHWAY,
    3: Specialty.WATER,
    4: Specialty.MUNICIPAL,
    5: Specialty.MINING,
    6: Specialty.MECHANICAL,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One specialty: its hours, or the last day of its registration."""

    specialty: Specialty
    required: Credit | None = None
    elective: Credit | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """What a code says. `key` signed it, or is None: then it proves nothing.

    PII: `name`, masked.
    """

    registration: bool
    number: str
    name: str
    rows: tuple[Row, ...]
    issued_on: date
    valid_until: date | None
    key: PublishedKey | None = None


def read_qr(payload: str, token: str, keys: Mapping[str, PublishedKey]) -> Code:
    """Read what stands behind the "#", and see who signed it together with `token`.

    Raises: ValueError for what is no such payload.
    """
    whole = unbase64url(payload)
    body, signature = whole[:-_SIGNATURE], whole[-_SIGNATURE:]
    try:
        said = _read(body)
    except (struct.error, LookupError, OverflowError) as error:
        raise ValueError("no certificate code") from error
    hint, message = body[1 : 1 + _HINT], _signed(body, read_code(token) or "")
    signer = next(
        (k for k in keys.values() if _signed_by(k, hint, signature, message)), None
    )
    return Code(*said, key=signer)


def _signed(body: bytes, token: str) -> bytes:
    return _FORM + token.encode() + b"\n" + body


def _signed_by(
    key: PublishedKey, hint: bytes, signature: bytes, message: bytes
) -> bool:
    if key.purpose is not Purpose.CREDENTIAL or key.public[:_HINT] != hint:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


_Said = tuple[bool, str, str, tuple[Row, ...], date, date | None]


def _read(body: bytes) -> _Said:
    form, _hint, issued, last, count = _HEAD.unpack_from(body)
    if form not in {_COMPLETION, _REGISTRATION}:
        raise ValueError("another form")
    shape = _HOURS if form == _COMPLETION else _TERM
    rows = [
        _row(shape.unpack_from(body, _HEAD.size + nth * shape.size))
        for nth in range(count)
    ]
    number, rest = _unpacked(body[_HEAD.size + count * shape.size :])
    name, rest = _unpacked(rest)
    if rest:
        raise ValueError("something is left over")
    return (
        form == _REGISTRATION,
        number,
        name,
        tuple(rows),
        _date(issued) or _DAY_ZERO,
        _date(last),
    )


def _row(found: tuple[int, ...]) -> Row:
    specialty = _SPECIALTIES[found[0]]
    if len(found) == 2:
        return Row(specialty, until=_date(found[1]))
    return Row(specialty, Credit(found[1]), Credit(found[2]))


def _date(days: int) -> date | None:
    return _DAY_ZERO + timedelta(days) if days else None


def _unpacked(data: bytes) -> tuple[str, bytes]:
    end = 1 + data[0]
    if len(data) < end:
        raise ValueError("cut short")
    return data[1:end].decode(), data[end:]
