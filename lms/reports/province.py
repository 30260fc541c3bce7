"""What an association reports to the province: a row for each person and specialty.

The fields are those that the old platform exchanged: name, ID number, registration
number, specialty, certificate and its day, hours by track, employer, period, state.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from lms.accounts.queries.keys import data_keys
from lms.credentials.models import Certificate, CertificateStanding
from lms.credentials.rules import Facts, State, verdict
from lms.exports.rules import Basis, Period
from lms.hours.models import HoursEntry
from lms.kernel import pii
from lms.kernel.clock import start_of
from lms.kernel.credit import Credit
from lms.kernel.ids import PersonId
from lms.people.models import (
    Employment,
    Person,
    RegisteredSpecialtyRow,
    Registration,
)
from lms.people.queries import place
from lms.policy.model import Specialty, Track
from lms.reports.people import members_of

CHUNK = 500
NONE = "none"
"""The state of who has no certificate."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a report. Units: hundredths of a 学时.

    `state`: valid, expired, superseded, revoked, or none without a certificate.
    PII: everything; the ID number in full. Of who was forgotten nothing is named.
    """

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    registration_no: str
    specialty: Specialty
    certificate: str
    issued_on: date | None
    required: Credit
    elective: Credit
    employer: str
    period_from: date
    period_until: date
    state: str


def count(session: Session, association_id: UUID, period: Period) -> int:
    """Count the rows of a report."""
    chosen = _chosen(association_id, period).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(chosen)) or 0


def rows(
    session: Session, association_id: UUID, period: Period, on: date
) -> Iterator[Row]:
    """Give the rows of a report, some hundred at a time; opens every ID number."""
    found = session.execute(
        _chosen(association_id, period), execution_options={"yield_per": CHUNK}
    )
    for some in found.partitions():
        ids = _opened(session, some)
        if period.basis is Basis.ISSUED:
            yield from (_issued(row, ids, on) for row in some)
        else:
            yield from _ending(session, association_id, (some, ids), on)


def _chosen(association_id: UUID, period: Period) -> Select[*tuple[Any, ...]]:
    if period.basis is Basis.ISSUED:
        return _certificates(association_id, period)
    return _registrations(association_id, period)


def _certificates(association_id: UUID, period: Period) -> Select[*tuple[Any, ...]]:
    return (
        select(
            CertificateStanding.person_id,
            Certificate.specialty,
            Certificate.facts,
            Certificate.period_until,
            CertificateStanding.state,
            Person.id_number,
        )
        .join(CertificateStanding, CertificateStanding.certificate_id == Certificate.id)
        .outerjoin(Person, Person.id == CertificateStanding.person_id)
        .where(
            Certificate.association_id == association_id,
            Certificate.issued_at >= start_of(period.since),
            Certificate.issued_at < start_of(period.until + timedelta(days=1)),
        )
        .order_by(Certificate.issued_at, Certificate.serial)
    )


def _registrations(association_id: UUID, period: Period) -> Select[*tuple[Any, ...]]:
    own, held = RegisteredSpecialtyRow, CertificateStanding
    return (
        select(
            own.person_id,
            own.specialty,
            own.valid_from,
            own.valid_until,
            Person.name,
            Person.id_number,
            Registration.number,
            Employment.name.label("employer"),
            held.state,
            Certificate.facts,
        )
        .join(Person, Person.id == own.person_id)
        .join(Registration, Registration.person_id == own.person_id)
        .outerjoin(Employment, Employment.person_id == own.person_id)
        .outerjoin(
            held,
            and_(
                held.person_id == own.person_id,
                held.specialty == own.specialty,
                held.period_from == own.valid_from,
                held.state == State.VALID,
            ),
        )
        .outerjoin(Certificate, Certificate.id == held.certificate_id)
        .where(
            own.valid_until >= period.since,
            own.valid_until <= period.until,
            own.person_id.in_(members_of(association_id)),
        )
        .order_by(own.valid_until, own.person_id, own.specialty)
    )


def _opened(session: Session, some: Sequence[Any]) -> dict[UUID, str]:
    """Open the ID numbers of some persons; one who was forgotten is absent."""
    sealed = {row.person_id: row.id_number for row in some if row.id_number}
    keys = data_keys(session, list(sealed))
    return {
        person_id: pii.unseal(
            keys[PersonId(person_id)],
            value,
            place("persons", "id_number", person_id),
        ).decode()
        for person_id, value in sealed.items()
        if PersonId(person_id) in keys
    }


def _issued(row: Any, ids: dict[UUID, str], on: date) -> Row:  # noqa: ANN401 - a row
    facts = Facts.restored(row.facts)
    hours, there = facts.hours[0], row.person_id in ids
    return Row(
        name=facts.name if there else "",
        id_number=ids.get(row.person_id, ""),
        registration_no=facts.registration_no,
        specialty=row.specialty,
        certificate=facts.number,
        issued_on=facts.issued_on,
        required=hours.required,
        elective=hours.elective,
        employer=facts.employer,
        period_from=facts.period_from,
        period_until=facts.period_until,
        state=verdict(row.state, row.period_until, on),
    )


def _ending(
    session: Session,
    association_id: UUID,
    found: tuple[Sequence[Any], dict[UUID, str]],
    on: date,
) -> Iterator[Row]:
    some, ids = found
    earned = _earned(session, association_id, [row.person_id for row in some])
    for row in some:
        facts = Facts.restored(row.facts) if row.facts else None
        spent = {
            track: sum(
                credit
                for day, credit in earned.get((row.person_id, row.specialty, track), ())
                if row.valid_from <= day <= row.valid_until
            )
            for track in Track
        }
        yield Row(
            name=row.name,
            id_number=ids.get(row.person_id, ""),
            registration_no=row.number,
            specialty=row.specialty,
            certificate=facts.number if facts else "",
            issued_on=facts.issued_on if facts else None,
            required=Credit(spent[Track.REQUIRED]),
            elective=Credit(spent[Track.ELECTIVE]),
            employer=row.employer or "",
            period_from=row.valid_from,
            period_until=row.valid_until,
            state=verdict(row.state, row.valid_until, on) if facts else NONE,
        )


Earned = dict[tuple[UUID, Specialty, Track], list[tuple[date, int]]]


def _earned(session: Session, association_id: UUID, persons: Sequence[UUID]) -> Earned:
    """Give what some persons earned here, by day."""
    sums = (
        select(
            HoursEntry.person_id,
            HoursEntry.specialty,
            HoursEntry.track,
            HoursEntry.earned_on,
            func.sum(HoursEntry.credit).label("credit"),
        )
        .where(
            HoursEntry.person_id.in_(persons),
            HoursEntry.association_id == association_id,
        )
        .group_by(
            HoursEntry.person_id,
            HoursEntry.specialty,
            HoursEntry.track,
            HoursEntry.earned_on,
        )
    )
    found: Earned = {}
    for row in session.execute(sums):
        key = (row.person_id, row.specialty, row.track)
        found.setdefault(key, []).append((row.earned_on, int(row.credit)))
    return found
