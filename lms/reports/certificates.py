"""What an association sees of its certificates: issued, waiting, could be issued."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from lms.credentials.models import Certificate, CertificateStanding, PrintQueue
from lms.credentials.rules import Facts, State, Verdict, verdict
from lms.hours.models import HoursEntry
from lms.kernel.ids import AssociationId, CertificateId, PersonId
from lms.people.models import Person, RegisteredSpecialtyRow
from lms.policy.model import Specialty

PAGE = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed to; empty narrows nothing. `words`: a number or name."""

    specialty: Specialty | None = None
    state: State | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class IssuedRow:
    """One certificate in a list. PII: name and masked ID number."""

    id: CertificateId
    facts: Facts
    specialty: Specialty
    verdict: Verdict
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class IssuedPage:
    """A page of the list, as `parts/ui.html: pager` wants it."""

    rows: tuple[IssuedRow, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A certificate that waits for a hand. PII: the name."""

    id: UUID
    person_id: PersonId
    name: str
    specialty: Specialty
    characters: str
    asked_at: datetime

    @property
    def signs(self) -> tuple[str, ...]:
        """Name each character that no font draws, with its code point."""
        return tuple(f"{c} U+{ord(c):04X}" for c in self.characters)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whose certificate the rule may be asked for. PII: the name."""

    person_id: PersonId
    name: str
    specialty: Specialty


def issued(
    session: Session,
    association_id: AssociationId,
    asked: Asked,
    *,
    page: int,
    on: date,
) -> IssuedPage:
    """List an association's certificates, the newest first."""
    chosen = _chosen(association_id, asked)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, page), pages)
    rows = session.execute(
        chosen.order_by(Certificate.issued_at.desc(), Certificate.serial.desc())
        .limit(PAGE)
        .offset(PAGE * (number - 1))
    )
    found = tuple(
        IssuedRow(
            CertificateId(row.id),
            Facts.restored(row.facts),
            row.specialty,
            verdict(row.state, row.period_until, on),
            row.issued_at,
        )
        for row in rows
    )
    return IssuedPage(found, number, pages, total)


def every(
    session: Session, association_id: AssociationId, asked: Asked, on: date
) -> Iterator[IssuedRow]:
    """Go through a whole list, for a table to download."""
    rows = session.execute(
        _chosen(association_id, asked).order_by(Certificate.year, Certificate.serial),
        execution_options={"yield_per": 500},
    )
    for row in rows:
        yield IssuedRow(
            CertificateId(row.id),
            Facts.restored(row.facts),
            row.specialty,
            verdict(row.state, row.period_until, on),
            row.issued_at,
        )


def _chosen(association_id: AssociationId, asked: Asked) -> Select[tuple[object, ...]]:
    chosen = (
        select(
            Certificate.id,
            Certificate.facts,
            Certificate.specialty,
            Certificate.period_until,
            Certificate.issued_at,
            Certificate.serial,
            Certificate.year,
            CertificateStanding.state,
        )
        .join(CertificateStanding, CertificateStanding.certificate_id == Certificate.id)
        .where(Certificate.association_id == association_id)
    )
    if asked.specialty:
        chosen = chosen.where(Certificate.specialty == asked.specialty)
    if asked.state:
        chosen = chosen.where(CertificateStanding.state == asked.state)
    words = asked.words.strip()
    if words:
        name = Certificate.facts["name"].as_string()
        chosen = chosen.where(
            Certificate.number.contains(words.upper(), autoescape=True)
            | name.contains(words, autoescape=True)
        )
    return chosen


def waiting(session: Session, association_id: AssociationId) -> tuple[WaitingRow, ...]:
    """List the certificates that wait for a hand, the oldest first."""
    rows = session.execute(
        select(
            PrintQueue.id,
            PrintQueue.person_id,
            Person.name,
            PrintQueue.specialty,
            PrintQueue.characters,
            PrintQueue.asked_at,
        )
        .join(Person, Person.id == PrintQueue.person_id)
        .where(
            PrintQueue.association_id == association_id,
            PrintQueue.solved_at.is_(None),
        )
        .order_by(PrintQueue.asked_at)
    )
    return tuple(WaitingRow(row[0], PersonId(row[1]), *row[2:]) for row in rows)


def candidates(
    session: Session,
    association_id: AssociationId,
    specialty: Specialty | None,
    *,
    on: date,
) -> tuple[Candidate, ...]:
    """List who studied here in a running period and holds no certificate for it.

    Whether the conditions are met, the rule decides for each.
    """
    place = RegisteredSpecialtyRow
    chosen = (
        select(place.person_id, Person.name, place.specialty)
        .join(Person, Person.id == place.person_id)
        .where(
            place.valid_from <= on,
            place.valid_until >= on,
            _studied(association_id),
            ~_holds(),
        )
        .order_by(Person.name, place.specialty)
    )
    if specialty:
        chosen = chosen.where(place.specialty == specialty)
    return tuple(
        Candidate(PersonId(person_id), name, code)
        for person_id, name, code in session.execute(chosen)
    )


def _studied(association_id: AssociationId) -> ColumnElement[bool]:
    place = RegisteredSpecialtyRow
    return (
        select(HoursEntry.seq)
        .where(
            HoursEntry.person_id == place.person_id,
            HoursEntry.specialty == place.specialty,
            HoursEntry.association_id == association_id,
            HoursEntry.earned_on >= place.valid_from,
            HoursEntry.earned_on <= place.valid_until,
        )
        .exists()
    )


def _holds() -> ColumnElement[bool]:
    place = RegisteredSpecialtyRow
    return (
        select(CertificateStanding.certificate_id)
        .where(
            CertificateStanding.person_id == place.person_id,
            CertificateStanding.specialty == place.specialty,
            CertificateStanding.period_from == place.valid_from,
            CertificateStanding.state == State.VALID,
        )
        .exists()
    )
