"""What a stranger may learn of a registration certificate: as printed, name masked."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from lms.credentials.models import (
    CertificateFile,
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
    certificate_number,
    is_old_form,
    read_certificate_number,
    read_code,
    read_licence_id,
    read_number,
    read_registration_no,
    registration_verdict,
)
from lms.credentials.rules.files import Reading
from lms.credentials.rules.proving import NO_READING, is_ours
from lms.kernel.pii import mask_name
from lms.people import queries as people
from lms.policy.licences import licence_by_letter, licence_of


@dataclass(frozen=True, slots=True)
class RegistrationChecked:
    """The answer to a stranger about a registration certificate.

    `void_since`: numbers of this form mean nothing from that day on. `copy` is the use
    copy that was asked about, `left_on` the last day at its company of a bearer who has
    left since. `dated` and `signed` tell what the certificate shows;
    `successor` is the number of the certificate that replaced it, or that there is in
    place of one that there never was. `number` is the registration's,
    `certificate_no` of this one certificate of it.
    """

    verdict: Verdict
    number: str = ""
    certificate_no: str = ""
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
    left_on: date | None = None
    file_sha256: str = ""
    successor: str = ""


Answer = Checked | RegistrationChecked
NO_REGISTRATION = RegistrationChecked(Verdict.NOT_FOUND)

_next = aliased(RegistrationCertificate)


def _where(condition: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            RegistrationCertificate.facts,
            RegistrationCertificate.version,
            RegistrationCertificate.file_sha256,
            RegistrationStanding.state,
            RegistrationStanding.effective_on,
            RegistrationStanding.changed_at,
            _next.number.label("successor"),
        )
        .join(
            RegistrationStanding,
            RegistrationStanding.certificate_id == RegistrationCertificate.id,
        )
        .outerjoin(_next, _next.id == RegistrationStanding.superseded_by)
        .where(condition)
        .order_by(RegistrationCertificate.version.desc())
        .limit(1)
    )


# Built once, as those of the other certificates are.
_BY_TOKEN = _where(RegistrationCertificate.token == bindparam("key"))
_BY_NUMBER = _where(RegistrationCertificate.registration_no == bindparam("key"))
_BY_CERTIFICATE = _where(RegistrationCertificate.number == bindparam("key"))
_BY_LICENCE = _where(RegistrationCertificate.licence_id == bindparam("key"))
_COPIES: Select[*tuple[Any, ...]] = select(
    UseCopy.certificate_id,
    UseCopy.token,
    UseCopy.employer,
    UseCopy.purpose,
    UseCopy.state,
    UseCopy.valid_from,
    UseCopy.valid_until,
    UseCopy.person_id,
    UseCopy.employer_id,
    UseCopy.decided_at,
)
_COPY_BY_TOKEN = _COPIES.where(UseCopy.token == bindparam("key"))
_BY_ID = _where(RegistrationCertificate.id == bindparam("key"))
_FILE = select(RegistrationFile.certificate_id, RegistrationFile.use_copy_id).where(
    RegistrationFile.sha256 == bindparam("key")
)
_SEALED = select(CertificateFile.certificate_id).where(
    CertificateFile.sha256 == bindparam("key")
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

    Of one registration number's certificates the newest answers; the number of one
    certificate (证书号) and its licence's identifier ask about that one. Whoever types
    the code of a QR is answered as by the QR. A number of a form that is no longer in
    use says since when, whoever it belonged to.
    """
    plain = read_registration_no(number)
    if plain is not None:
        found = _named_so(session, _BY_NUMBER, plain, name)
        return _answer(found, on) if found else _void(plain, on)
    one = read_certificate_number(number)
    if one is not None:
        return _of_one(session, one, name, on)
    licence = read_licence_id(number)
    if licence is not None:
        found = _named_so(session, _BY_LICENCE, licence, name)
        return _answer(found, on) if found else NO_REGISTRATION
    if read_number(number) is None and read_code(number) is not None:
        return check_code(session, number, on)
    return by_number(session, number, name, on)


def _named_so(
    session: Session, asked: Select[Any], key: str, name: str
) -> Row[Any] | None:
    """Find what was asked for, if it shows this whole name."""
    row = session.connection().execute(asked, {"key": key}).first()
    return row if row is not None and same_name(row.facts["name"], name) else None


def _of_one(session: Session, one: tuple[str, int], name: str, on: date) -> Answer:
    """Answer for one certificate of a registration; if it never was, name the one."""
    found = _named_so(session, _BY_CERTIFICATE, certificate_number(*one), name)
    if found is not None:
        return _answer(found, on)
    newest = _named_so(session, _BY_NUMBER, one[0], name)
    if newest is None:
        return _void(one[0], on)
    there = newest.facts["number"]
    return RegistrationChecked(Verdict.NOT_FOUND, successor=there)


def _void(typed: str, on: date) -> Answer:
    """Say what is left to say of a number that nothing was found for."""
    plain = read_registration_no(typed)
    if plain is None:
        return NOTHING
    law = licence_by_letter(plain[0]) if is_old_form(plain) else None
    since = law.old_numbers_void_since if law else None
    if since and on >= since:
        return RegistrationChecked(Verdict.NOT_FOUND, void_since=since)
    return NO_REGISTRATION


def check_file(
    session: Session,
    data: bytes,
    on: date,
    *,
    typed: str = "",
    reading: Reading = NO_READING,
) -> Answer:
    """Answer for a file: it is ours to the last byte, or it is not ours.

    A file that differs but names a certificate of ours is TAMPERED, whatever it proves
    by itself; `reading` is what was found inside. One that is signed with a key of ours
    and that the book does not know is UNBOOKED.
    """
    found = _by_digest(session, data, on)
    if found is not None:
        return found
    other = by_file(session, data, on, typed=typed, reading=reading)
    if other is not NOTHING:
        return other
    for code in codes_in(data, reading):
        known = registration_by_token(session, code, on)
        if known is not None:
            return replace(known, verdict=Verdict.TAMPERED)
    named = _named(session, reading.number, typed)
    if named:
        return RegistrationChecked(Verdict.TAMPERED, number=named)
    return Checked(Verdict.UNBOOKED) if is_ours(reading) else NOTHING


def is_issued(session: Session, data: bytes) -> bool:
    """Tell whether the book has this very file."""
    key = {"key": hashlib.sha256(data).digest()}
    connection = session.connection()
    return any(connection.execute(one, key).first() for one in (_SEALED, _FILE))


def _named(session: Session, number: str, typed: str) -> str:
    """Name the registration that a strange file, or who sent it, speaks of."""
    for word in (number, typed):
        one = read_certificate_number(word)
        plain = one[0] if one else read_registration_no(word)
        if plain and session.connection().execute(_BY_NUMBER, {"key": plain}).first():
            return plain
    return ""


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
    """Answer for a use copy: good while it, its certificate and its bearer's job are.

    Source: 内建行函〔2022〕508号 二(二): it is the employer's (聘用企业) to use.
    """
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
    left_on = people.left_after(
        session, lent.person_id, lent.employer_id, lent.decided_at
    )
    known = replace(known, left_on=left_on)
    if left_on is not None and on > left_on:
        return replace(known, verdict=Verdict.VOIDED)
    over = on > lent.valid_until
    return replace(known, verdict=Verdict.EXPIRED) if over else known


def _answer(row: Row[Any], on: date) -> RegistrationChecked:
    facts = PrintedRegistration.restored(row.facts)
    law = licence_of(facts.province)
    return RegistrationChecked(
        verdict=registration_verdict(RegistrationState(row.state), facts, law, on),
        number=facts.registration_no,
        certificate_no=facts.number,
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
        successor=row.successor or "",
    )
