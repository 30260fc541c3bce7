"""What a stranger may learn of a certificate: as printed, masked once more."""

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from lms.credentials.models import (
    Certificate,
    CertificateFile,
    CertificateStanding,
)
from lms.credentials.rules import (
    Facts,
    HoursRow,
    State,
    Verdict,
    read_code,
    read_number,
    verdict,
)
from lms.credentials.rules.files import Reading
from lms.credentials.rules.proving import NO_READING
from lms.kernel.pii import mask_name


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer to a stranger. The name is masked; there is no phone, no full ID.

    `successor` is the number of the certificate that replaced this one.
    """

    verdict: Verdict
    number: str = ""
    name: str = ""
    sex: str = ""
    id_masked: str = ""
    employer: str = ""
    hours: tuple[HoursRow, ...] = ()
    score: int = 0
    period_from: date | None = None
    period_until: date | None = None
    issuer: str = ""
    issued_on: date | None = None
    changed_at: datetime | None = None
    successor: str = ""
    file_sha256: str = ""


NOTHING = Checked(Verdict.NOT_FOUND)

_next = aliased(Certificate)


def _where(condition: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            Certificate.facts,
            Certificate.period_until,
            Certificate.file_sha256,
            CertificateStanding.state,
            CertificateStanding.changed_at,
            _next.number.label("successor"),
        )
        .join(
            CertificateStanding,
            CertificateStanding.certificate_id == Certificate.id,
        )
        .outerjoin(_next, _next.id == CertificateStanding.superseded_by)
        .where(condition)
    )


# Built once: a verification is one statement from the cache.
_BY_TOKEN = _where(Certificate.token == bindparam("key"))
_BY_NUMBER = _where(Certificate.number == bindparam("key"))
_BY_HASH = _where(
    Certificate.id.in_(
        select(CertificateFile.certificate_id).where(
            CertificateFile.sha256 == bindparam("key")
        )
    )
)


def by_token(session: Session, token: str, on: date) -> Checked:
    """Answer for the code of a QR. A code that cannot be one asks all the same."""
    row = session.connection().execute(_BY_TOKEN, {"key": read_code(token) or ""})
    return _answer(row.first(), on)


def by_number(session: Session, number: str, name: str, on: date) -> Checked:
    """Answer for a number and the whole name that stands on the certificate."""
    key = read_number(number) or ""
    row = session.connection().execute(_BY_NUMBER, {"key": key}).first()
    if row is None or not same_name(row.facts["name"], name):
        return NOTHING
    return _answer(row, on)


_NUMBERS = re.compile(rb"[A-Z0-9]{2,12}-JXJY-\d{4}-\d{7}-[0-9A-Z]")
_CODES = re.compile(rb"/v/([0-9A-Z]{26})")


def by_file(
    session: Session,
    data: bytes,
    on: date,
    *,
    typed: str = "",
    reading: Reading = NO_READING,
) -> Checked:
    """Answer for a file: it is ours to the last byte, or it is not ours.

    A file that differs but names a certificate of ours is TAMPERED. The facts of that
    certificate are shown only where the file carries its secret code. `reading` is
    what was found inside, where the bytes themselves show nothing.
    """
    found = session.connection().execute(
        _BY_HASH, {"key": hashlib.sha256(data).digest()}
    )
    row = found.first()
    if row is not None:
        return _answer(row, on)
    for code in codes_in(data, reading):
        known = by_token(session, code, on)
        if known is not NOTHING:
            return _forged(known)
    return _named(session, data, (reading.number, typed))


def codes_in(data: bytes, reading: Reading = NO_READING) -> tuple[str, ...]:
    """Find the codes of certificates that a file carries."""
    seen = [code.decode() for code in dict.fromkeys(_CODES.findall(data))]
    return tuple(dict.fromkeys(([reading.code] if reading.code else []) + seen[:4]))


def _named(session: Session, data: bytes, said: tuple[str, ...]) -> Checked:
    """Tell whether a strange file, or who sent it, names a certificate of ours."""
    numbers = [found.decode() for found in _NUMBERS.findall(data)[:4]]
    for number in filter(None, map(read_number, dict.fromkeys([*numbers, *said]))):
        row = session.connection().execute(_BY_NUMBER, {"key": number}).first()
        if row is not None:
            return Checked(Verdict.TAMPERED, number=number)
    return NOTHING


def _forged(known: Checked) -> Checked:
    facts = {name: getattr(known, name) for name in Checked.__slots__}
    return Checked(**{**facts, "verdict": Verdict.TAMPERED})


def same_name(kept: str, typed: str) -> bool:
    """Tell whether a name was typed as it is kept, in steady time."""

    def folded(name: str) -> bytes:
        plain = unicodedata.normalize("NFKC", name)
        return re.sub(r"[\s·•・.]", "", plain).casefold().encode()

    return hmac.compare_digest(folded(kept), folded(typed))


def _answer(row: Row[Any] | None, on: date) -> Checked:
    if row is None:
        return NOTHING
    facts = Facts.restored(row.facts)
    return Checked(
        verdict=verdict(State(row.state), row.period_until, on),
        number=facts.number,
        name=mask_name(facts.name),
        sex=facts.sex,
        id_masked=facts.id_masked,
        employer=facts.employer,
        hours=facts.hours,
        score=facts.score,
        period_from=facts.period_from,
        period_until=facts.period_until,
        issuer=facts.issuer,
        issued_on=facts.issued_on,
        changed_at=row.changed_at,
        successor=row.successor or "",
        file_sha256=row.file_sha256.hex(),
    )
