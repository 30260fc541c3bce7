"""Where persons stand before their certificates: pages and commands ask the same.

It is read for many at once, in so many trips as for one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select, text, union_all
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.credentials.models import CertificateStanding, PrintQueue
from lms.credentials.queries.held import CertificateCard, card, chosen
from lms.credentials.rules import Evidence, Need, State, needs
from lms.exams import queries as exams
from lms.hours import queries as hours
from lms.kernel.clock import legal_day
from lms.kernel.credit import Credit
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, PersonId
from lms.people import queries as people
from lms.people.queries import Fitness, RegisteredSpecialty, RegistrationCard
from lms.policy.library import rules_for
from lms.policy.model import Province, Specialty, Track

Period = tuple[UUID, Specialty, date]
"""For what a certificate stands: a person, a specialty, the first day of a period."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One specialty's way to its certificate; `score` is of the passed test.

    `association_id` is whose hours were counted: the one with most of them.
    """

    specialty: Specialty
    is_main: bool
    period_from: date
    period_until: date
    association_id: AssociationId | None
    association: str | None
    needs: tuple[Need, ...]
    required: Credit
    elective: Credit
    score: int | None
    passed_on: date | None
    certificate: CertificateCard | None
    in_print_queue: bool

    @property
    def ready(self) -> bool:
        """Tell whether nothing is missing."""
        return self.association_id is not None and all(n.met for n in self.needs)

    @property
    def missing(self) -> tuple[str, ...]:
        """List the codes of what is missing."""
        return tuple(n.code for n in self.needs if not n.met)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose certificate is asked for, and in what; of whom, where that is settled.

    `again` where two persons allow it though one was revoked.
    """

    person_id: PersonId
    specialty: Specialty
    association_id: AssociationId | None = None
    again: bool = False


def standings(session: Session, person_id: PersonId, on: date) -> tuple[Standing, ...]:
    """Say for each registered specialty how far its certificate is.

    Nobody's registration yet: nothing to say.
    """
    registered = people.registrations(session, [person_id])
    wanted = [
        Wanted(person_id, place.code)
        for card in registered.values()
        for place in card.specialties
    ]
    return tuple(
        found for found in _standings(session, wanted, registered, on) if found
    )


def standing(
    session: Session,
    person_id: PersonId,
    specialty: Specialty,
    on: date,
    association_id: AssociationId | None = None,
) -> Standing:
    """Say how far the certificate of one specialty is.

    Raises: NotFound without a registration in it.
    """
    one = Wanted(person_id, specialty, association_id)
    (found,) = standings_of(session, [one], on)
    if found is None:
        raise NotFound("registration.unknown")
    return found


def standings_of(
    session: Session, wanted: Sequence[Wanted], on: date
) -> list[Standing | None]:
    """Say how far many certificates are; None for who is not registered in it."""
    registered = people.registrations(session, {one.person_id for one in wanted})
    return _standings(session, wanted, registered, on)


@dataclass(frozen=True, slots=True)
class _Case:
    """What is wanted, with the registration that it is about, and who would issue."""

    person_id: PersonId
    province: Province
    place: RegisteredSpecialty
    issuer: AssociationId | None

    @property
    def period(self) -> Period:
        return self.person_id, self.place.code, self.place.valid_from


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of all, by person, case or period."""

    names: Mapping[AssociationId, str]
    fit: Mapping[PersonId, Fitness]
    done: Mapping[_Case, hours.Tally]
    passed: Mapping[_Case, exams.PassCard]
    states: Mapping[Period, set[State]]
    queued: Collection[Period]


def _standings(
    session: Session,
    wanted: Sequence[Wanted],
    registered: Mapping[PersonId, RegistrationCard],
    on: date,
) -> list[Standing | None]:
    cases = [_case(session, one, registered.get(one.person_id)) for one in wanted]
    there = [case for case in cases if case is not None]
    if not there:
        return [None] * len(wanted)
    read = _read(session, there)
    return [_standing(session, case, read, on) if case else None for case in cases]


def _case(
    session: Session, one: Wanted, registered: RegistrationCard | None
) -> _Case | None:
    place = registered.of(one.specialty) if registered else None
    if registered is None or place is None:
        return None
    issuer = one.association_id or _issuer(session, one.person_id, place)
    return _Case(one.person_id, registered.province, place, issuer)


def _read(session: Session, cases: Sequence[_Case]) -> _Read:
    issued = [case for case in cases if case.issuer]
    persons = {case.person_id for case in cases}
    return _Read(
        names={
            there: catalogue.association(session, there).name
            for there in {case.issuer for case in issued}
            if there
        },
        fit=people.fitness(session, persons),
        done=_done(session, issued),
        passed=_passed(session, issued),
        states=_states(session, persons),
        queued=_queued(session, persons),
    )


def _standing(session: Session, case: _Case, read: _Read, on: date) -> Standing:
    place, passed = case.place, read.passed.get(case)
    states = read.states.get(case.period, set())
    known = _known(case, read, states, on)
    held = None
    if State.VALID in states:
        held = valid_one(session, case.person_id, place.code, place.valid_from, on)
    return Standing(
        specialty=place.code,
        is_main=place.is_main,
        period_from=place.valid_from,
        period_until=place.valid_until,
        association_id=case.issuer,
        association=read.names[case.issuer] if case.issuer else None,
        needs=needs(known, on),
        required=known.required,
        elective=known.elective,
        score=known.score,
        passed_on=legal_day(passed.passed_at) if passed else None,
        certificate=held,
        in_print_queue=case.period in read.queued,
    )


def _known(case: _Case, read: _Read, states: set[State], on: date) -> Evidence:
    place, passed = case.place, read.passed.get(case)
    quota = rules_for(case.province, on).quota(place.is_main)
    done, profile = read.done.get(case, {}), read.fit[case.person_id]
    return Evidence(
        profile_missing=len(profile.completeness.missing),
        photo_accepted=profile.photo_accepted,
        period_from=place.valid_from,
        period_until=place.valid_until,
        required=done.get((place.code, Track.REQUIRED), Credit(0)),
        elective=done.get((place.code, Track.ELECTIVE), Credit(0)),
        asked={track: quota.asked(track) for track in Track},
        score=passed.score if passed else None,
        revoked=State.REVOKED in states and State.VALID not in states,
    )


def _done(session: Session, cases: Sequence[_Case]) -> dict[_Case, hours.Tally]:
    terms = [
        hours.Term(
            case.person_id, case.issuer, case.place.valid_from, case.place.valid_until
        )
        for case in cases
        if case.issuer
    ]
    return dict(zip(cases, hours.tallies(session, terms), strict=True))


def _passed(session: Session, cases: Sequence[_Case]) -> dict[_Case, exams.PassCard]:
    terms = {
        case: exams.Term(
            case.person_id,
            case.issuer,
            case.place.code,
            case.place.valid_from,
            case.place.valid_until,
        )
        for case in cases
        if case.issuer
    }
    found = exams.passes(session, terms.values()) if terms else {}
    return {case: found[term] for case, term in terms.items() if term in found}


def _issuer(
    session: Session, person_id: PersonId, place: RegisteredSpecialty
) -> AssociationId | None:
    """Choose the association where the person studied most in the period."""
    totals: dict[AssociationId, int] = {}
    for posting in hours.postings(
        session,
        person_id,
        since=place.valid_from,
        until=place.valid_until,
        specialty=place.code,
    ):
        totals[posting.association_id] = (
            totals.get(posting.association_id, 0) + posting.credit
        )
    return max(totals, key=lambda one: (totals[one], one), default=None)


def valid_one(
    session: Session,
    person_id: UUID,
    specialty: Specialty,
    period_from: date,
    on: date,
) -> CertificateCard | None:
    """Find the one certificate that stands for a specialty and period."""
    row = session.execute(
        chosen().where(
            CertificateStanding.person_id == person_id,
            CertificateStanding.specialty == specialty,
            CertificateStanding.period_from == period_from,
            CertificateStanding.state == State.VALID,
        )
    ).first()
    return card(row, on) if row else None


_S, _Q = CertificateStanding.__table__.c, PrintQueue.__table__.c
_PERSONS: Any = bindparam("persons", expanding=True)
# Word for word as the partial indexes have it, or none of them is used.
_STATES = union_all(
    *(
        select(_S.person_id, _S.specialty, _S.period_from, _S.state).where(
            _S.person_id.in_(_PERSONS), text(f"state = '{state.value}'")
        )
        for state in (State.VALID, State.REVOKED)
    )
)
_VALID = select(_S.person_id, _S.specialty, _S.period_from).where(
    _S.person_id.in_(_PERSONS), text("state = 'valid'")
)
_QUEUED = select(_Q.person_id, _Q.specialty, _Q.period_from).where(
    _Q.person_id.in_(_PERSONS), _Q.solved_at.is_(None)
)


def valid_periods(session: Session, persons: Collection[UUID]) -> set[Period]:
    """Tell for what certificates of these persons are valid."""
    return _periods(session, _VALID, persons)


def _states(session: Session, persons: Collection[UUID]) -> dict[Period, set[State]]:
    """Tell of which periods certificates are valid, and of which revoked."""
    session.flush()  # what this work has not written yet counts too
    found: dict[Period, set[State]] = {}
    rows: Any = session.connection().execute(_STATES, {"persons": persons})
    for *period, state in rows:
        found.setdefault((period[0], period[1], period[2]), set()).add(state)
    return found


def _queued(session: Session, persons: Collection[UUID]) -> set[Period]:
    return _periods(session, _QUEUED, persons)


def _periods(
    session: Session, wanted: Select[*tuple[Any, ...]], persons: Collection[UUID]
) -> set[Period]:
    session.flush()
    rows: Any = session.connection().execute(wanted, {"persons": persons})
    return {(who, specialty, since) for who, specialty, since in rows}
