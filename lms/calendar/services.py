"""Load a year's notice, with a line of evidence."""

from sqlalchemy.exc import IntegrityError

from lms.calendar import queries
from lms.calendar.models import CalendarNotice
from lms.calendar.rules import Notice, changes, overlay
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, Refused
from lms.kernel.work import Work

STREAM = "calendar"


def load(work: Work, notice: Notice, source: str, *, seen: int) -> int:
    """Put a notice in force and give its version.

    `seen` is the version that the operator looked at; another one in between is told.

    Raises: Conflict when somebody loaded the year meanwhile; Refused beyond a gap, or
    when nothing would change.
    """
    before = queries.calendar(work.session)
    if queries.version(work.session, notice.year) != seen:
        raise Conflict("calendar.moved")
    if not before.first.year <= notice.year <= before.last.year + 1:
        raise Refused("calendar.gap", year=before.last.year + 1)
    after = overlay(before, [notice])
    if after.last == before.last and not changes(before, after, notice.year):
        raise Refused("calendar.same")
    _write(work, notice, source, seen + 1)
    return seen + 1


def _write(work: Work, notice: Notice, source: str, version: int) -> None:
    facts = {
        "rest": [day.isoformat() for day in sorted(notice.rest)],
        "work": [day.isoformat() for day in sorted(notice.work)],
        "source": source,
    }
    work.session.add(
        CalendarNotice(
            year=notice.year,
            version=version,
            loaded_by=work.actor.account_id,
            loaded_at=work.now,
            **facts,
        )
    )
    try:
        work.session.flush()
    except IntegrityError as twice:
        raise Conflict("calendar.moved") from twice
    evidence.note(
        work,
        STREAM,
        "calendar.loaded",
        body=facts,
        year=notice.year,
        version=version,
        account=str(work.actor.account_id),
    )
