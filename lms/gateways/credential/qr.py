"""What a certificate's QR code carries, so that a phone without a network can check it.

It stands behind the "#" of the address, which browsers send to nobody. The signature
covers the address's code too: what was cut from one certificate is worth nothing on
another's. `static/js/offline-code.js` reads the same bytes.
"""

import struct
from datetime import date

from lms.credentials.rules import Facts, PrintedRegistration
from lms.credentials.rules.issuers import base64url
from lms.gateways.signing.signers import ed25519_sign
from lms.kernel.pii import mask_name
from lms.policy.model import Specialty
from lms.signing.rules import Key

_FORM = b"xueshi certificate code\n"
"""Begins what is signed, so that no such signature is good for anything else."""
_COMPLETION, _REGISTRATION = 0x11, 0x12
_HINT = 6
_DAY_ZERO = date(2000, 1, 1)
_HEAD = struct.Struct(f">B{_HINT}sHHB")
_HOURS, _TERM = struct.Struct(">BHH"), struct.Struct(">BH")
_CODES = {
    Specialty.BUILDING: 1,
    Specialty.HIGHWAY: 2,
    Specialty.WATER: 3,
    Specialty.MUNICIPAL: 4,
    Specialty.MINING: 5,
    Specialty.MECHANICAL: 6,
}


def qr_code(facts: Facts | PrintedRegistration, key: Key) -> str:
    """Give what stands behind the "#" of a certificate's address.

    Raises: ValueError for facts that have no room in it; Unavailable.
    """
    try:
        body = _body(facts, key.public)
    except (struct.error, OverflowError) as error:
        raise ValueError(facts.number) from error
    return base64url(body + ed25519_sign(key, _signed(body, facts.token)))


def _signed(body: bytes, token: str) -> bytes:
    return _FORM + token.encode() + b"\n" + body


def _body(facts: Facts | PrintedRegistration, public: bytes) -> bytes:
    if isinstance(facts, Facts):
        form, last = _COMPLETION, _day(facts.period_until)
        rows = [
            _HOURS.pack(_CODES[row.specialty], row.required, row.elective)
            for row in facts.hours
        ]
    else:
        form, last = _REGISTRATION, _day(facts.last_day)
        rows = [
            _TERM.pack(_CODES[term.specialty], _day(term.valid_until))
            for term in facts.terms
        ]
    head = _HEAD.pack(form, public[:_HINT], _day(facts.issued_on), last, len(rows))
    texts = (_packed(word) for word in (facts.number, mask_name(facts.name)))
    return b"".join((head, *rows, *texts))


def _day(day: date | None) -> int:
    return (day - _DAY_ZERO).days if day else 0


def _packed(word: str) -> bytes:
    data = word.encode()
    return struct.pack(">B", len(data)) + data
