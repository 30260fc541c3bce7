"""Certificates of study as the registration desk asks about them: many at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.credentials.models import Certificate, CertificateStanding
from lms.credentials.rules import State, read_number
from lms.kernel.clock import legal_day
from lms.kernel.ids import CertificateId, PersonId
from lms.policy.model import Specialty


@dataclass(frozen=True, slots=True)
class StudyCard:
    """One certificate of study: whose, of which period, and where it stands."""

    id: CertificateId
    person_id: PersonId
    specialty: Specialty
    state: State
    period_from: date
    period_until: date
    issued_on: date


_CHOSEN = select(
    Certificate.id,
    CertificateStanding.person_id,
    Certificate.specialty,
    CertificateStanding.state,
    Certificate.period_from,
    Certificate.period_until,
    Certificate.issued_at,
).join(CertificateStanding, CertificateStanding.certificate_id == Certificate.id)


def of_persons(
    session: Session, persons: Collection[UUID]
) -> dict[PersonId, list[StudyCard]]:
    """List the certificates of many persons; superseded ones are left out."""
    rows = session.execute(
        _CHOSEN.where(
            CertificateStanding.person_id.in_(persons),
            CertificateStanding.state != State.SUPERSEDED,
        ).order_by(Certificate.issued_at, Certificate.id)
    )
    found: dict[PersonId, list[StudyCard]] = {}
    for row in rows:
        card = StudyCard(
            CertificateId(row.id),
            PersonId(row.person_id),
            row.specialty,
            row.state,
            row.period_from,
            row.period_until,
            legal_day(row.issued_at),
        )
        found.setdefault(card.person_id, []).append(card)
    return found


@dataclass(frozen=True, slots=True)
class Named:
    """What the book says of a number. PII: `name`."""

    name: str
    specialty: Specialty
    state: State


def named(session: Session, typed: str) -> Named | None:
    """Look a typed number up, for a comparison; None for one that is unknown."""
    number = read_number(typed)
    if number is None:
        return None
    row = session.execute(
        select(Certificate.facts, Certificate.specialty, CertificateStanding.state)
        .join(CertificateStanding, CertificateStanding.certificate_id == Certificate.id)
        .where(Certificate.number == number)
    ).first()
    return Named(row.facts["name"], row.specialty, row.state) if row else None


@dataclass(frozen=True, slots=True)
class Revoked:
    """One certificate that was revoked. It never stands again."""

    certificate_id: CertificateId
    person_id: PersonId
    specialty: Specialty
    number: str
    at: datetime


def revoked(
    session: Session, persons: Collection[UUID] | None = None
) -> tuple[Revoked, ...]:
    """List what was ever revoked, the first first: of some persons, or of all.

    A revocation is seen here from the transaction on that decided it.
    """
    chosen = (
        select(
            Certificate.id,
            CertificateStanding.person_id,
            Certificate.specialty,
            Certificate.number,
            CertificateStanding.changed_at,
        )
        .join(CertificateStanding, CertificateStanding.certificate_id == Certificate.id)
        .where(CertificateStanding.state == State.REVOKED)
        .order_by(CertificateStanding.changed_at, Certificate.id)
    )
    if persons is not None:
        chosen = chosen.where(CertificateStanding.person_id.in_(persons))
    return tuple(
        Revoked(CertificateId(id_), PersonId(person), specialty, number, at)
        for id_, person, specialty, number, at in session.execute(chosen)
    )
