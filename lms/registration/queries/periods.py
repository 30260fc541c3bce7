"""Which registration periods a person has or had: papers are kept by them."""

from sqlalchemy.orm import Session

from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.people import queries as people
from lms.people.rules import Period
from lms.registration.queries import standings


def periods(session: Session, person_id: PersonId) -> tuple[Period, ...]:
    """List a person's periods: the main specialty's of now first, then the newest.

    Each specialty has one of its own; several often share it.
    """
    try:
        held = people.registration(session, person_id).specialties
    except NotFound:
        held = ()
    now = [Period(each.valid_from, each.valid_until) for each in held]
    over = [
        Period(each.valid_from, each.valid_until)
        for each in standings.ended(session, person_id)
    ]
    rest = sorted({*now, *over} - {*now[:1]}, key=newest_first)
    return (*now[:1], *rest)


def newest_first(period: Period) -> tuple[int, int]:
    """Sort periods by their first day, the last one first."""
    return -period.since.toordinal(), -period.until.toordinal()
