"""What the law needs to know of a person before an application, read across rooms."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.hours import queries as hours
from lms.hours.rules import EntryKind
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.people import queries as people
from lms.policy.certificates import StudyCertificate
from lms.policy.dates import same_day
from lms.policy.facts import (
    AssessmentRequest,
    Bar,
    ChangeKind,
    Commitments,
    SpecialtyFacts,
    StudyCredit,
)
from lms.policy.library import rules_for
from lms.policy.model import Application, Province, Specialty
from lms.registration.models import ApplicationRow, BarRow
from lms.registration.queries import renewals, standings
from lms.registration.rules.standings import EndCause
from lms.registration.rules.states import Status

_BY_QUALIFICATION = frozenset({Application.INITIAL, Application.RE_REGISTRATION})


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody wants of the authority. `specialties` are those it is about."""

    person_id: PersonId
    province: Province
    application: Application
    specialties: tuple[Specialty, ...]
    change_kind: ChangeKind = ChangeKind.EMPLOYER
    commitments: Commitments = field(default_factory=Commitments)
    deregistered_on: date | None = None


def application_request(
    session: Session, matter: Matter, *, on: date, granted_on: date | None = None
) -> AssessmentRequest | None:
    """Put the law's question for an application; None while the birth date is unknown.

    A specialty that the person does not hold in the way the application asks is left
    out; the caller compares.
    """
    born_on = people.born_on(session, matter.person_id)
    if born_on is None:
        return None
    facts = _specialties(session, matter)
    since = _since(facts, matter, on)
    posted = hours.postings(session, matter.person_id, since=since, until=on)
    named = {each.code for each in facts}
    entries = [entry for entry in posted if entry.specialty in named]
    return AssessmentRequest(
        province=matter.province,
        application=matter.application,
        applied_on=on,
        born_on=born_on,
        specialties=facts,
        granted_on=granted_on,
        credits=tuple(
            StudyCredit(entry.specialty, entry.track, entry.credit, entry.earned_on)
            for entry in entries
            if entry.kind is not EntryKind.SUBSTITUTION
        ),
        substitutions=tuple(
            renewals.substituted(entry)
            for entry in entries
            if entry.kind is EntryKind.SUBSTITUTION
        ),
        commitments=matter.commitments,
        change_kind=matter.change_kind,
        last_change_granted_on=_last_change(session, matter.person_id),
        deregistered_on=_left_on(session, matter),
        bars=bars(session, matter.person_id),
        certificates=_certificates(session, matter),
    )


def renewal_requests(
    session: Session, person_id: PersonId, *, on: date
) -> tuple[AssessmentRequest, ...]:
    """Ask, for each end of a registration, whether it may be renewed on a day.

    Specialties that end on one day are renewed together; the earliest end comes first.
    Nothing is asked while the registration or the birth date is unknown. The
    commitments are given with the application, so they are still open here.
    """
    return renewals.renewals(session, [person_id], on=on).get(person_id, ())


def deregistered_on(session: Session, person_id: PersonId) -> date | None:
    """Say when the last registration of a person ended, as the house's records tell.

    None where the house knows of none. What is still registered ends on its last day.

    Source: 建设部令第153号 第十二条.
    """
    try:
        held = people.registration(session, person_id).specialties
    except NotFound:
        held = ()
    if held:
        return max(each.valid_until for each in held)
    over = [
        min(each.valid_until, each.ended_on)
        for each in standings.ended(session, person_id)
        if each.cause is not EndCause.RENEWED
    ]
    return max(over, default=None)


def _left_on(session: Session, matter: Matter) -> date | None:
    """Take the house's day before the applicant's; a later word never shortens it."""
    told = matter.deregistered_on
    if matter.application is not Application.RE_REGISTRATION:
        return told
    known = deregistered_on(session, matter.person_id)
    return min((day for day in (known, told) if day), default=None)


def bars(session: Session, person_id: PersonId) -> tuple[Bar, ...]:
    """List the decisions that may keep a person from applying."""
    rows = session.execute(
        select(BarRow.cause, BarRow.decided_on).where(BarRow.person_id == person_id)
    )
    return tuple(Bar(cause, decided_on) for cause, decided_on in rows)


def _certificates(
    session: Session, matter: Matter
) -> tuple[StudyCertificate, ...] | None:
    """List what the book holds, where the law asks for it."""
    if matter.application is not Application.RENEWAL:
        return None
    return renewals.certificates(session, [matter.person_id])[matter.person_id]


def _specialties(session: Session, matter: Matter) -> tuple[SpecialtyFacts, ...]:
    qualified = {
        card.specialty: card.issued_on
        for card in people.qualifications(session, matter.person_id)
    }
    if matter.application in _BY_QUALIFICATION:
        return tuple(
            SpecialtyFacts(code=code, main=place == 0, qualified_on=qualified[code])
            for place, code in enumerate(matter.specialties)
            if code in qualified
        )
    if matter.application is Application.ADD_SPECIALTY:
        return tuple(
            SpecialtyFacts(code=code, main=False, qualified_on=qualified[code])
            for code in matter.specialties
            if code in qualified
        )
    try:
        registration = people.registration(session, matter.person_id)
    except NotFound:
        return ()
    return tuple(
        SpecialtyFacts(
            code=each.code,
            main=each.is_main,
            qualified_on=each.qualified_on,
            valid_from=each.valid_from,
            valid_until=each.valid_until,
        )
        for each in registration.specialties
        if each.code in matter.specialties
    )


def _since(facts: tuple[SpecialtyFacts, ...], matter: Matter, on: date) -> date:
    begun = [each.valid_from for each in facts if each.valid_from]
    rules = rules_for(matter.province, on)
    back = same_day(on, years=-rules.lookback_years)
    return min([*begun, back])


def _last_change(session: Session, person_id: PersonId) -> date | None:
    return session.scalar(
        select(ApplicationRow.decided_on)
        .where(
            ApplicationRow.person_id == person_id,
            ApplicationRow.application == Application.CHANGE,
            ApplicationRow.path == "ordinary",
            ApplicationRow.status == Status.GRANTED,
        )
        .order_by(ApplicationRow.decided_on.desc())
        .limit(1)
    )
