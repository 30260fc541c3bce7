"""What an association sees of its certificates: issued, waiting, could be issued."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from lms.catalogue.models import CourseVersion
from lms.commerce.models import Order, OrderLine, Seat
from lms.commerce.rules import OfferKind, OrderState
from lms.credentials.models import Certificate, CertificateStanding, PrintQueue
from lms.credentials.rules import Facts, State, Verdict, verdict
from lms.credentials.rules.batches import Chosen
from lms.exams.models import Attempt
from lms.hours.models import HoursEntry
from lms.kernel.clock import start_of
from lms.kernel.ids import AssociationId, CertificateId, PersonId
from lms.learning.models import Enrolment
from lms.people.models import Employment, Person, RegisteredSpecialtyRow
from lms.policy.model import Specialty
from lms.reports.called import named
from lms.reports.pages import MANY, Page, counted, from_place
from lms.reports.people import learner_count

_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed to; empty narrows nothing.

    `words`: a number, the running part of one, or the beginning of a name.
    """

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
    person_id: PersonId


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


def issued(
    session: Session,
    association_id: AssociationId,
    asked: Asked,
    *,
    on: date,
    after: str = "",
) -> Page[IssuedRow]:
    """List an association's certificates, the newest first, from a place on."""
    chosen = _chosen(session, association_id, asked)
    newest = (Certificate.issued_at, Certificate.serial)
    rows, more = from_place(session, chosen, newest, after)
    return Page(tuple(_issued(row, on) for row in rows), more, counted(session, chosen))


def _issued(row: Row[*tuple[Any, ...]], on: date) -> IssuedRow:
    return IssuedRow(
        CertificateId(row.id),
        Facts.restored(row.facts),
        row.specialty,
        verdict(row.state, row.period_until, on),
        row.issued_at,
        PersonId(row.person_id),
    )


def of_learner(
    session: Session, association_id: AssociationId, person_id: UUID, on: date
) -> tuple[IssuedRow, ...]:
    """List what an association issued to one of its learners, the newest first."""
    chosen = _chosen(session, association_id, Asked()).where(
        CertificateStanding.person_id == person_id
    )
    newest = chosen.order_by(Certificate.issued_at.desc(), Certificate.serial.desc())
    return tuple(_issued(row, on) for row in session.execute(newest))


def count(session: Session, association_id: AssociationId, asked: Asked) -> int:
    """Count a whole list."""
    chosen = _chosen(session, association_id, asked).subquery()
    return session.scalar(select(func.count()).select_from(chosen)) or 0


def every(
    session: Session, association_id: AssociationId, asked: Asked, on: date
) -> Iterator[IssuedRow]:
    """Go through a whole list, for a table to download."""
    rows = session.execute(
        _chosen(session, association_id, asked).order_by(
            Certificate.year, Certificate.serial
        ),
        execution_options={"yield_per": 500},
    )
    for row in rows:
        yield _issued(row, on)


def _chosen(
    session: Session, association_id: AssociationId, asked: Asked
) -> Select[tuple[object, ...]]:
    chosen = (
        select(
            Certificate.id,
            Certificate.facts,
            Certificate.specialty,
            Certificate.period_until,
            Certificate.issued_at,
            Certificate.serial,
            Certificate.year,
            CertificateStanding.person_id,
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
        chosen = chosen.where(_called(session, words))
    return chosen


def _called(session: Session, words: str) -> ColumnElement[bool]:
    """Choose by number, its running part, or how a holder's name begins today."""
    found = [
        Certificate.number == words.upper(),
        named(session, words, CertificateStanding.person_id),
    ]
    if words.isascii() and words.isdigit() and len(words) <= _DIGITS:
        found.append(Certificate.serial == int(words))
    return or_(*found)


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
    session: Session, association_id: AssociationId, chosen: Chosen, *, on: date
) -> tuple[tuple[PersonId, Specialty], ...]:
    """List who studied here in a running period and holds no certificate for it.

    By name, as a desk looks for people. Whether the conditions are met, the rule
    decides for each.
    """
    place = RegisteredSpecialtyRow
    rows = session.execute(
        select(place.person_id, place.specialty)
        .join(Person, Person.id == place.person_id)
        .where(*_asked_for(association_id, chosen, on))
        .order_by(Person.name, place.person_id, place.specialty)
    )
    return tuple((PersonId(person_id), code) for person_id, code in rows)


def candidate_count(
    session: Session, association_id: AssociationId, *, on: date
) -> int | None:
    """Count who may be asked for at all; nothing where that would read too many."""
    if learner_count(session, association_id) >= MANY:
        return None
    asked = (
        select(func.count())
        .select_from(RegisteredSpecialtyRow)
        .where(*_asked_for(association_id, Chosen(), on))
    )
    return session.scalar(asked) or 0


def _asked_for(
    association_id: AssociationId, chosen: Chosen, on: date
) -> tuple[ColumnElement[bool], ...]:
    place = RegisteredSpecialtyRow
    found = [
        place.valid_from <= on,
        place.valid_until >= on,
        _studied(association_id),
        ~_holds(),
    ]
    if chosen.specialty:
        found.append(place.specialty == chosen.specialty)
    if chosen.course_id:
        found.append(_enrolled(association_id, chosen.course_id))
    if chosen.package_id:
        found.append(_bought(association_id, chosen.package_id))
    if chosen.employer_id:
        found.append(_works_at(chosen.employer_id))
    if chosen.since or chosen.until:
        found.append(_passed(association_id, chosen.since, chosen.until))
    return tuple(found)


def _enrolled(association_id: AssociationId, course_id: UUID) -> ColumnElement[bool]:
    versions = select(CourseVersion.id).where(
        CourseVersion.course_id == course_id,
        CourseVersion.association_id == association_id,
    )
    return (
        select(Enrolment.id)
        .where(
            Enrolment.person_id == RegisteredSpecialtyRow.person_id,
            Enrolment.version_id.in_(versions),
        )
        .exists()
    )


def _bought(association_id: AssociationId, package_id: UUID) -> ColumnElement[bool]:
    of_package = and_(
        OrderLine.kind == OfferKind.PACKAGE, OrderLine.offer_id == package_id
    )
    alone = (
        select(OrderLine.id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            Order.person_id == RegisteredSpecialtyRow.person_id,
            Order.employer_id.is_(None),
            Order.association_id == association_id,
            Order.state == OrderState.FULFILLED,
            of_package,
        )
    )
    by_company = (
        select(Seat.id)
        .join(OrderLine, OrderLine.id == Seat.line_id)
        .where(
            Seat.person_id == RegisteredSpecialtyRow.person_id,
            Seat.association_id == association_id,
            of_package,
        )
    )
    return or_(alone.exists(), by_company.exists())


def _works_at(employer_id: UUID) -> ColumnElement[bool]:
    return (
        select(Employment.person_id)
        .where(
            Employment.person_id == RegisteredSpecialtyRow.person_id,
            Employment.employer_id == employer_id,
        )
        .exists()
    )


def _passed(
    association_id: AssociationId, since: date | None, until: date | None
) -> ColumnElement[bool]:
    """Tell who passed the test of the specialty between two days, both included."""
    place = RegisteredSpecialtyRow
    found = select(Attempt.id).where(
        Attempt.person_id == place.person_id,
        Attempt.specialty == place.specialty,
        Attempt.association_id == association_id,
        Attempt.passed.is_(True),
        Attempt.period_from == place.valid_from,
    )
    if since:
        found = found.where(Attempt.submitted_at >= start_of(since))
    if until:
        found = found.where(Attempt.submitted_at < start_of(until + timedelta(days=1)))
    return found.exists()


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
