"""The certificates of a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.credentials.models import (
    Certificate,
    CertificateFile,
    CertificateStanding,
)
from lms.credentials.rules import Facts, FileKind, Verdict, verdict
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, CertificateId, PersonId
from lms.policy.model import Specialty


@dataclass(frozen=True, slots=True)
class CertificateCard:
    """A certificate as its holder and its issuer see it.

    `changed_at` is when it came to stand as it does; `successor` replaced it.
    """

    id: CertificateId
    person_id: PersonId
    association_id: AssociationId
    specialty: Specialty
    verdict: Verdict
    facts: Facts
    issued_at: datetime
    changed_at: datetime
    successor: CertificateId | None


def chosen() -> Select[Any]:
    """Begin a select of certificate cards; `card` reads its rows."""
    return select(
        Certificate.id,
        # Whose it is now; to whom it was issued stays in its own row.
        CertificateStanding.person_id,
        Certificate.association_id,
        Certificate.specialty,
        Certificate.period_until,
        Certificate.facts,
        Certificate.issued_at,
        CertificateStanding.state,
        CertificateStanding.changed_at,
        CertificateStanding.superseded_by,
    ).join(CertificateStanding, CertificateStanding.certificate_id == Certificate.id)


def card(row: Row[Any], on: date) -> CertificateCard:
    """Read a row of `chosen`."""
    return CertificateCard(
        id=CertificateId(row.id),
        person_id=PersonId(row.person_id),
        association_id=AssociationId(row.association_id),
        specialty=row.specialty,
        verdict=verdict(row.state, row.period_until, on),
        facts=Facts.restored(row.facts),
        issued_at=row.issued_at,
        changed_at=row.changed_at,
        successor=CertificateId(row.superseded_by) if row.superseded_by else None,
    )


_HELD = (
    chosen()
    .where(CertificateStanding.person_id == bindparam("person_id"))
    .order_by(Certificate.issued_at.desc(), Certificate.serial.desc())
)


def held(
    session: Session, person_id: PersonId, on: date
) -> tuple[CertificateCard, ...]:
    """List a person's certificates, the newest first; none is ever left out."""
    session.flush()  # what this work has not written yet counts too
    rows = session.connection().execute(_HELD, {"person_id": person_id})
    return tuple(card(row, on) for row in rows)


def owned(
    session: Session, person_id: PersonId, certificate_id: UUID, on: date
) -> CertificateCard:
    """Give one certificate of this person.

    Raises: NotFound.
    """
    row = session.execute(
        chosen().where(
            Certificate.id == certificate_id,
            CertificateStanding.person_id == person_id,
        )
    ).first()
    if row is None:
        raise NotFound("certificate.unknown")
    return card(row, on)


@dataclass(frozen=True, slots=True)
class FileCard:
    """One form of a certificate, as it was sealed. Units: `size` in bytes."""

    kind: FileKind
    size: int
    sha256: str
    made_at: datetime


def files(session: Session, certificate_id: UUID) -> tuple[FileCard, ...]:
    """List the forms in which a certificate was issued, the PDF first."""
    rows = session.execute(
        select(
            CertificateFile.kind,
            CertificateFile.size,
            CertificateFile.sha256,
            CertificateFile.made_at,
        ).where(CertificateFile.certificate_id == certificate_id)
    )
    return file_cards(rows)


def file_cards(rows: Iterable[Row[*tuple[Any, ...]]]) -> tuple[FileCard, ...]:
    """Read rows of kind, size, digest and time, in the order of the kinds."""
    found = {
        row.kind: FileCard(FileKind(row.kind), row.size, row.sha256.hex(), row.made_at)
        for row in rows
    }
    return tuple(found[kind] for kind in FileKind if kind in found)


def open_file(
    session: Session, certificate_id: UUID, kind: FileKind = FileKind.PDF
) -> bytes:
    """Open one form of a certificate as it was issued, byte for byte.

    Raises: NotFound, also when the holder's key was destroyed.
    """
    row = session.execute(
        select(CertificateFile.id, CertificateFile.body, CertificateStanding.person_id)
        .join(
            CertificateStanding,
            CertificateStanding.certificate_id == CertificateFile.certificate_id,
        )
        .where(
            CertificateFile.certificate_id == certificate_id,
            CertificateFile.kind == kind,
        )
    ).first()
    if row is None:
        raise NotFound("certificate.unknown")
    key = accounts.data_key(session, PersonId(row.person_id))
    return pii.unseal(key, row.body, file_place(row.id))


def file_place(file_id: UUID) -> str:
    """Name the place that a sealed file belongs to."""
    return f"certificate_files|body|{file_id}"
