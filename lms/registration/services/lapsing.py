"""What is over leaves the registration the next day; what was, stays written."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import services as accounts
from lms.credentials import services as credentials
from lms.credentials.ports import RegistrationPrinter
from lms.credentials.queries import registered
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.db import inserting
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people import services as people
from lms.people.queries import RegistrationCard, many
from lms.people.rules import SpecialtyPeriod
from lms.policy.facts import SpecialtyFacts
from lms.policy.lapse import Lapse, lapse_of
from lms.policy.model import Application, Specialty
from lms.registration.models import ApplicationRow, EndedSpecialty
from lms.registration.rules.standings import EndCause

_OWED = timedelta(days=60)
"""So long a certificate that could not be printed anew is tried again."""


def lapsing(
    session: Session, persons: Collection[UUID], on: date
) -> tuple[PersonId, ...]:
    """Name those of whom something is over and not written down yet."""
    held = many.registrations(session, persons)
    waiting = _waiting(session, persons)
    noted = {
        (row.person_id, row.specialty, row.valid_until)
        for row in session.execute(
            select(
                EndedSpecialty.person_id,
                EndedSpecialty.specialty,
                EndedSpecialty.valid_until,
            ).where(EndedSpecialty.person_id.in_(persons))
        )
    }
    return tuple(
        person
        for person, card in held.items()
        if any(
            (person, each.code, each.valid_until) not in noted
            for each in _lapse(card, on, waiting.get(person, frozenset())).gone
        )
    )


def lapse(work: Work, person_id: PersonId) -> Lapse:
    """Write down what is over, and drop it where something else stays.

    A registration of which nothing is left is kept as it was: it has expired, and
    re-registration begins another. Doing it again changes nothing.

    Source: 建设部令第153号 第十六条.
    """
    on = legal_day(work.now)
    accounts.lock_person(work, person_id)
    card = many.registrations(work.session, [person_id]).get(person_id)
    if card is None:
        return Lapse((), (), None)
    waiting = _waiting(work.session, [person_id]).get(person_id, frozenset())
    found = _lapse(card, on, waiting)
    gone = [each for each in card.specialties if each.code in _codes(found.gone)]
    periods = [
        SpecialtyPeriod(e.code, e.valid_from, e.valid_until, is_main=e.is_main)
        for e in gone
    ]
    write_ended(work, person_id, card, periods, EndCause.LAPSED)
    if found.gone and not found.whole:
        _drop(work, person_id, card, found)
    return found


def _drop(
    work: Work, person_id: PersonId, card: RegistrationCard, found: Lapse
) -> None:
    stays = tuple(
        SpecialtyPeriod(
            specialty=each.code,
            valid_from=each.valid_from,
            valid_until=each.valid_until,
            is_main=each.code is found.main,
        )
        for each in card.specialties
        if each.code in _codes(found.stays)
    )
    # The law drops it, no office: who renews elsewhere may still write that down.
    people.write_granted(
        work,
        person_id,
        card.number,
        card.province,
        stays,
        kind="registration.lapsed",
    )


def write_ended(
    work: Work,
    person_id: PersonId,
    card: RegistrationCard,
    periods: Iterable[SpecialtyPeriod],
    cause: EndCause,
) -> None:
    """Write down periods that are over, each once."""
    for period in periods:
        made = work.session.execute(
            inserting(work.session, EndedSpecialty)
            .values(
                person_id=person_id,
                specialty=period.specialty,
                is_main=period.is_main,
                number=card.number,
                province=card.province,
                valid_from=period.valid_from,
                valid_until=period.valid_until,
                cause=cause,
                ended_on=_ended_on(work, period, cause),
                noted_at=work.now,
            )
            .on_conflict_do_nothing()
            .returning(EndedSpecialty.seq)
        )
        if made.first() is not None:
            evidence.note(
                work,
                f"person:{person_id}",
                "specialty.ended",
                specialty=period.specialty,
                until=period.valid_until.isoformat(),
                cause=cause,
            )


def _ended_on(work: Work, period: SpecialtyPeriod, cause: EndCause) -> date:
    if cause is EndCause.LAPSED:
        return period.valid_until + timedelta(days=1)
    return legal_day(work.now)


def owed_certificates(session: Session, on: date) -> tuple[PersonId, ...]:
    """Name those whose registration certificate still shows what has lapsed."""
    rows = session.execute(
        select(EndedSpecialty.person_id, EndedSpecialty.specialty).where(
            EndedSpecialty.cause == EndCause.LAPSED,
            EndedSpecialty.ended_on >= on - _OWED,
        )
    ).all()
    stays = many.registrations(session, [row.person_id for row in rows])
    owed = []
    for person_id, specialty in rows:
        held = stays.get(PersonId(person_id))
        if held is None or held.of(specialty) is not None:
            continue
        card = registered(session, PersonId(person_id))
        shown = {term.specialty for term in card.facts.terms} if card else set()
        if specialty in shown:
            owed.append(PersonId(person_id))
    return tuple(dict.fromkeys(owed))


def reissue(work: Work, person_id: PersonId, *, printer: RegistrationPrinter) -> None:
    """Issue the registration certificate anew, with what is left on it.

    Raises: Refused when it cannot be printed now; NotFound without a certificate.
    """
    accounts.lock_person(work, person_id)
    held = many.registrations(work.session, [person_id])[person_id]
    credentials.keep_only(
        work,
        person_id,
        [each.code for each in held.specialties],
        printer=printer,
        reason="registration.specialty_lapsed",
    )


def _lapse(card: RegistrationCard, on: date, waiting: frozenset[Specialty]) -> Lapse:
    facts = tuple(
        SpecialtyFacts(
            code=each.code,
            main=each.is_main,
            valid_from=each.valid_from,
            valid_until=each.valid_until,
        )
        for each in card.specialties
    )
    return lapse_of(facts, on, waiting)


def _codes(facts: Iterable[SpecialtyFacts]) -> set[Specialty]:
    return {each.code for each in facts}


def _waiting(
    session: Session, persons: Collection[UUID]
) -> dict[PersonId, frozenset[Specialty]]:
    """Find what was filed for renewal and is not decided yet.

    Whether it was filed in time was judged when it was filed.
    """
    rows = session.execute(
        select(ApplicationRow.person_id, ApplicationRow.specialties).where(
            ApplicationRow.person_id.in_(persons),
            ApplicationRow.application == Application.RENEWAL,
            ApplicationRow.closed_at.is_(None),
            ApplicationRow.filed_on.is_not(None),
        )
    )
    return {
        PersonId(person): frozenset(Specialty(each) for each in codes)
        for person, codes in rows
    }


def renewing(session: Session, persons: Collection[UUID]) -> frozenset[PersonId]:
    """Name those who have filed for renewal and need no reminder of it."""
    return frozenset(_waiting(session, persons))
