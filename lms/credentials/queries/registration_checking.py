"""What a stranger may learn of a registration certificate: as printed, name masked."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, select
from sqlalchemy.orm import Session

from lms.credentials.models import (
    RegistrationCertificate,
    RegistrationFile,
    RegistrationStanding,
    UseCopy,
)
from lms.credentials.queries.checking import (
    NOTHING,
    Checked,
    by_file,
    by_number,
    by_token,
    codes_in,
    same_name,
)
from lms.credentials.rules import (
    CopyMark,
    CopyState,
    PrintedRegistration,
    RegistrationState,
    Term,
    Verdict,
    is_old_form,
    read_code,
    read_registration_no,
    registration_verdict,
)
from lms.kernel.pii import mask_name
from lms.policy.licences import licence_by_letter, licence_of


@dataclass(frozen=True, slots=True)
class RegistrationChecked:
    """The answer to a stranger about a registration certificate.

    `void_since`: numbers of this form mean nothing from that day on. `copy` is the use
    copy that was asked about. `dated` and `signed` tell what the certificate shows.
    """

    verdict: Verdict
    number: str = ""
    version: int = 0
    name: str = ""
    sex: str = ""
    employer: str = ""
    terms: tuple[Term, ...] = ()
    issuer: str = ""
    issued_on: date | None = None
    signed: bool = True
    changed_on: date | None = None
    changed_at: datetime | None = None
    void_since: date | None = None
    bare_void_since: date | None = None
    copy: CopyMark | None = None
    file_sha256: str = ""


Answer = Checked | RegistrationChecked


def _where(condition: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            RegistrationCertificate.facts,
            RegistrationCertificate.version,
            RegistrationCertificate.file_sha256,
            RegistrationStanding.state,
            RegistrationStanding.effective_on,
            RegistrationStanding.changed_at,
        )
        .join(
            RegistrationStanding,
            RegistrationStanding.certificate_id == RegistrationCertificate.id,
        )
        .where(condition)
        .order_by(RegistrationCertificate.version.desc())
        .limit(1)
    )


# Built once, as those of the other certificates are.
_BY_TOKEN = _where(RegistrationCertificate.token == bindparam("key"))
_BY_NUMBER = _where(RegistrationCertificate.registration_no == bindparam("key"))
_COPIES: Select[*tuple[Any, ...]] = select(
    UseCopy.certificate_id,
    UseCopy.token,
    UseCopy.employer,
    UseCopy.purpose,
    UseCopy.state,
    UseCopy.valid_from,
    UseCopy.valid_until,
)
_COPY_BY_TOKEN = _COPIES.where(UseCopy.token == bindparam("key"))
_BY_ID = _where(RegistrationCertificate.id == bindparam("key"))
_FILE = select(RegistrationFile.certificate_id, RegistrationFile.use_copy_id).where(
    RegistrationFile.sha256 == bindparam("key")
)
_COPY_BY_ID = _COPIES.where(UseCopy.id == bindparam("key"))


def registration_by_token(
    session: Session, token: str, on: date
) -> RegistrationChecked | None:
    """Answer for the code of a registration certificate's QR, or of a use copy's."""
    connection, key = session.connection(), {"key": read_code(token) or ""}
    row = connection.execute(_BY_TOKEN, key).first()
    if row is not None:
        return _answer(row, on)
    lent = connection.execute(_COPY_BY_TOKEN, key).first()
    return _lent(session, lent, on) if lent is not None else None


def check_code(session: Session, token: str, on: date) -> Answer:
    """Answer for the code of a QR, whichever certificate it stands on.

    Old codes carried the number itself: they say since when they mean nothing.
    """
    found = by_token(session, token, on)
    if found is not NOTHING:
        return found
    return registration_by_token(session, token, on) or _void(token, on)


def check_number(session: Session, number: str, name: str, on: date) -> Answer:
    """Answer for a number and the whole name that stands on the certificate.

    Of one registration number's certificates the newest answers. A number of a form
    that is no longer in use says since when, whoever it belonged to.
    """
    plain = read_registration_no(number)
    if plain is None:
        return by_number(session, number, name, on)
    row = session.connection().execute(_BY_NUMBER, {"key": plain}).first()
    if row is not None and same_name(row.facts["name"], name):
        return _answer(row, on)
    return _void(plain, on)


def _void(typed: str, on: date) -> Answer:
    """Say what is left to say of a number that nothing was found for."""
    plain = read_registration_no(typed)
    law = licence_by_letter(plain[0]) if plain and is_old_form(plain) else None
    since = law.old_numbers_void_since if law else None
    if since and on >= since:
        return RegistrationChecked(Verdict.NOT_FOUND, void_since=since)
    return NOTHING


def check_file(session: Session, data: bytes, on: date, *, typed: str = "") -> Answer:
    """Answer for a file: it is ours to the last byte, or it is not ours.

    A file that differs but carries a code of ours is TAMPERED.
    """
    found = _by_digest(session, data, on)
    if found is not None:
        return found
    other = by_file(session, data, on, typed=typed)
    if other is not NOTHING:
        return other
    for code in codes_in(data):
        known = registration_by_token(session, code, on)
        if known is not None:
            return replace(known, verdict=Verdict.TAMPERED)
    plain = read_registration_no(typed)
    named = plain and session.connection().execute(_BY_NUMBER, {"key": plain}).first()
    if plain and named:
        return RegistrationChecked(Verdict.TAMPERED, number=plain)
    return NOTHING


def _by_digest(session: Session, data: bytes, on: date) -> RegistrationChecked | None:
    connection = session.connection()
    file = connection.execute(_FILE, {"key": hashlib.sha256(data).digest()}).first()
    if file is None:
        return None
    if file.use_copy_id is not None:
        lent = connection.execute(_COPY_BY_ID, {"key": file.use_copy_id}).one()
        return _lent(session, lent, on)
    row = connection.execute(_BY_ID, {"key": file.certificate_id}).first()
    return _answer(row, on) if row is not None else None


def _lent(session: Session, lent: Row[Any], on: date) -> RegistrationChecked:
    """Answer for a use copy: good while it and its certificate are."""
    row = session.connection().execute(_BY_ID, {"key": lent.certificate_id}).one()
    known = replace(
        _answer(row, on),
        copy=CopyMark(
            lent.token, lent.employer, lent.purpose, lent.valid_from, lent.valid_until
        ),
    )
    if known.verdict is not Verdict.VALID:
        return known
    if lent.state is not CopyState.CONFIRMED:
        return replace(known, verdict=Verdict.VOIDED)
    over = on > lent.valid_until
    return replace(known, verdict=Verdict.EXPIRED) if over else known


def _answer(row: Row[Any], on: date) -> RegistrationChecked:
    facts = PrintedRegistration.restored(row.facts)
    law = licence_of(facts.province)
    return RegistrationChecked(
        verdict=registration_verdict(RegistrationState(row.state), facts, law, on),
        number=facts.registration_no,
        version=row.version,
        name=mask_name(facts.name),
        sex=facts.sex,
        employer=facts.employer,
        terms=facts.terms,
        issuer=facts.issuer,
        issued_on=facts.issued_on,
        signed=facts.signed,
        changed_on=row.effective_on,
        changed_at=row.changed_at,
        bare_void_since=law.bare_void_since if law else None,
        file_sha256=row.file_sha256.hex(),
    )
