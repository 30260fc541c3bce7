"""What the law needs to know of a person before a renewal, read across rooms."""

from datetime import date

from sqlalchemy.orm import Session

from lms.hours import queries as hours
from lms.hours.rules import EntryKind
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.people import queries as people
from lms.policy.facts import (
    Activity,
    AssessmentRequest,
    SpecialtyFacts,
    StudyCredit,
    Substitution,
    SubstitutionStatus,
)
from lms.policy.model import Application


def renewal_requests(
    session: Session, person_id: PersonId, *, on: date
) -> tuple[AssessmentRequest, ...]:
    """Ask, for each end of a registration, whether it may be renewed on a day.

    Specialties that end on one day are renewed together; the earliest end comes first.
    Nothing is asked while the registration or the birth date is unknown. The
    commitments are given with the application, so they are still open here.
    """
    born_on = people.born_on(session, person_id)
    try:
        registration = people.registration(session, person_id)
    except NotFound:
        return ()
    if born_on is None:
        return ()
    ends = sorted({each.valid_until for each in registration.specialties})
    groups = [
        [each for each in registration.specialties if each.valid_until == end]
        for end in ends
    ]
    return tuple(
        _request(session, person_id, registration, group, (born_on, on))
        for group in groups
    )


def _request(
    session: Session,
    person_id: PersonId,
    registration: people.RegistrationCard,
    group: list[people.RegisteredSpecialty],
    days: tuple[date, date],
) -> AssessmentRequest:
    born_on, on = days
    begun = min(each.valid_from for each in group)
    named = {each.code for each in group}
    posted = hours.postings(session, person_id, since=begun, until=on)
    entries = [entry for entry in posted if entry.specialty in named]
    return AssessmentRequest(
        province=registration.province,
        application=Application.RENEWAL,
        applied_on=on,
        born_on=born_on,
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
            StudyCredit(entry.specialty, entry.track, entry.credit, entry.earned_on)
            for entry in entries
            if entry.kind is not EntryKind.SUBSTITUTION
        ),
        substitutions=tuple(
            _substitution(entry)
            for entry in entries
            if entry.kind is EntryKind.SUBSTITUTION
        ),
    )


def _substitution(entry: hours.PostingCard) -> Substitution:
    """Tell what the ledger calls substitution: it was reviewed, and the law caps it."""
    return Substitution(
        Activity.TEACHING,
        entry.earned_on,
        SubstitutionStatus.APPROVED,
        credit=entry.credit,
    )
