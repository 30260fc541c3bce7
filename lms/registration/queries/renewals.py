"""The law's question about renewal, for one person or for many, built one way."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.credentials.queries import study
from lms.credentials.rules import State
from lms.hours import queries as hours
from lms.kernel.ids import PersonId
from lms.people.queries import RegisteredSpecialty, RegistrationCard, many
from lms.policy.certificates import Proof, StudyCertificate
from lms.policy.facts import (
    Activity,
    AssessmentRequest,
    Bar,
    SpecialtyFacts,
    StudyCredit,
    Substitution,
    SubstitutionStatus,
)
from lms.policy.model import Application
from lms.registration.models import BarRow, CertificateUse, StudyProof

Many = dict[PersonId, tuple[AssessmentRequest, ...]]


@dataclass(slots=True)
class _Known:
    """What was read of some persons, each kind by one statement."""

    born: dict[PersonId, date]
    registered: dict[PersonId, RegistrationCard]
    earned: dict[PersonId, list[hours.DayCard]]
    held: dict[PersonId, tuple[StudyCertificate, ...]]
    bars: dict[PersonId, list[Bar]] = field(default_factory=dict)


def renewals(session: Session, persons: Collection[UUID], *, on: date) -> Many:
    """Ask, for each end of each registration, whether it may be renewed on a day.

    Specialties that end on one day are renewed together; the earliest end comes first.
    Nothing is asked of one whose registration or birth date is unknown. The
    commitments are given with the application, so they are still open here.
    """
    known = _known(session, persons, on)
    return {
        person: _of_one(person, known, on)
        for person in known.registered
        if person in known.born
    }


def certificates(
    session: Session, persons: Collection[UUID]
) -> dict[PersonId, tuple[StudyCertificate, ...]]:
    """List what the law asks of certificates, for many persons; nobody is absent."""
    uses = {
        row.certificate_id: row.used_until
        for row in session.scalars(
            select(CertificateUse).where(CertificateUse.person_id.in_(persons))
        )
    }
    found: dict[PersonId, list[StudyCertificate]] = {PersonId(p): [] for p in persons}
    for person, cards in study.of_persons(session, persons).items():
        found[person] += [
            StudyCertificate(
                specialty=card.specialty,
                proof=Proof.VALID if card.state is State.VALID else Proof.REVOKED,
                period_from=card.period_from,
                period_until=card.period_until,
                issued_on=card.issued_on,
                used_until=uses.get(card.id),
            )
            for card in cards
        ]
    for row in _mismatches(session, persons):
        named = StudyCertificate(row.specialty, row.proof, date.min, date.min, date.min)
        found[PersonId(row.person_id)].append(named)
    return {person: tuple(cards) for person, cards in found.items()}


def _mismatches(session: Session, persons: Collection[UUID]) -> Iterable[StudyProof]:
    return session.scalars(
        select(StudyProof).where(
            StudyProof.person_id.in_(persons),
            StudyProof.settled_at.is_(None),
            StudyProof.proof == Proof.MISMATCH,
        )
    )


def _known(session: Session, persons: Collection[UUID], on: date) -> _Known:
    registered = many.registrations(session, persons)
    begun = [e.valid_from for card in registered.values() for e in card.specialties]
    since = min(begun, default=on)
    known = _Known(
        born=many.births(session, persons),
        registered=registered,
        earned=hours.days(session, persons, since=since, until=on),
        held=certificates(session, persons),
    )
    barred = session.execute(
        select(BarRow.person_id, BarRow.cause, BarRow.decided_on).where(
            BarRow.person_id.in_(persons)
        )
    )
    for person, cause, decided_on in barred:
        known.bars.setdefault(PersonId(person), []).append(Bar(cause, decided_on))
    return known


def _of_one(person: PersonId, known: _Known, on: date) -> tuple[AssessmentRequest, ...]:
    registered = known.registered[person].specialties
    ends = sorted({each.valid_until for each in registered})
    return tuple(
        _request(person, known, [e for e in registered if e.valid_until == end], on)
        for end in ends
    )


def _request(
    person: PersonId, known: _Known, group: list[RegisteredSpecialty], on: date
) -> AssessmentRequest:
    named = {each.code for each in group}
    earned = [one for one in known.earned.get(person, ()) if one.specialty in named]
    return AssessmentRequest(
        province=known.registered[person].province,
        application=Application.RENEWAL,
        applied_on=on,
        born_on=known.born[person],
        specialties=tuple(
            SpecialtyFacts(
                code=each.code,
                main=each.is_main,
                qualified_on=each.qualified_on,
                valid_from=each.valid_from,
                valid_until=each.valid_until,
            )
            for each in group
        ),
        credits=tuple(
            StudyCredit(one.specialty, one.track, one.credit, one.earned_on)
            for one in earned
            if not one.outside
        ),
        substitutions=tuple(substituted(one) for one in earned if one.outside),
        bars=tuple(known.bars.get(person, ())),
        certificates=known.held[person],
    )


def substituted(one: hours.DayCard | hours.PostingCard) -> Substitution:
    """Tell what the ledger calls substitution: it was reviewed, and the law caps it."""
    return Substitution(
        Activity.TEACHING,
        one.earned_on,
        SubstitutionStatus.APPROVED,
        credit=one.credit,
    )
