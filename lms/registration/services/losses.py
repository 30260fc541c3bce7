"""What hours that were taken back mean for the desk: it is told at once, and judges.

An application does not keep a wrong record in the book, so it is no obstacle: whoever
filed quickly would be safe with hours that nobody earned. What was filed on them is
flagged, and the law is asked again at the grant anyhow; what was granted on them is
reported to the authority by a flag that stays open.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.claims.rules import Inherited
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.policy.dates import same_day
from lms.policy.library import rules_for
from lms.policy.model import Application
from lms.registration.models import ApplicationRow
from lms.registration.rules.states import FlagKind, Status
from lms.registration.services.filing import judged
from lms.registration.services.flags import raise_flag

_ASKED = frozenset(
    {
        Application.INITIAL,
        Application.RENEWAL,
        Application.RE_REGISTRATION,
        Application.ADD_SPECIALTY,
    }
)
"""Only for these does the law ask what somebody studied."""

_SOME = 400
"""So many persons are looked up in one statement."""


def flag_losses(
    work: Work, file: UUID, lines: Sequence[Inherited]
) -> Callable[[], None]:
    """Hold what may lean on hours, and give what flags it once they are gone.

    Held before any book is written in, as a grant holds its application: two that
    began from opposite ends would wait for each other. The same file flags an
    application once. What is not filed yet is judged when it is.
    """
    mine: defaultdict[PersonId, list[Inherited]] = defaultdict(list)
    for one in lines:
        mine[one.person_id].append(one)
    return partial(_flag, work, file, mine, tuple(_held(work, sorted(mine))))


def _flag(
    work: Work,
    file: UUID,
    mine: Mapping[PersonId, Sequence[Inherited]],
    held: Sequence[ApplicationRow],
) -> None:
    """Flag every application that leaned on hours which are gone by now."""
    for row in held:
        gone = _named(row, mine[PersonId(row.person_id)])
        if gone and _leaned(work, row, gone):
            raise_flag(
                work,
                row,
                FlagKind.HOURS_WITHDRAWN,
                subject=str(file),
                facts=_told(row, gone),
            )


def _held(work: Work, persons: Sequence[PersonId]) -> Iterator[ApplicationRow]:
    """Hold what was filed and may stand: a grant beside this ends first, or waits."""
    for start in range(0, len(persons), _SOME):
        yield from work.session.scalars(
            select(ApplicationRow)
            .where(
                ApplicationRow.person_id.in_(persons[start : start + _SOME]),
                ApplicationRow.application.in_(_ASKED),
            )
            .order_by(ApplicationRow.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()


def _named(row: ApplicationRow, lines: Sequence[Inherited]) -> list[Inherited]:
    return [one for one in lines if one.specialty.value in row.specialties]


def _leaned(work: Work, row: ApplicationRow, gone: Collection[Inherited]) -> bool:
    if row.filed_on is None:
        return False
    if row.status is Status.GRANTED and row.application in _MOVED_ON:
        return _MOVED_ON[row.application](row, row.filed_on, gone)
    if row.closed_at is not None and row.status is not Status.GRANTED:
        return False
    found = judged(work, row, on=row.filed_on)
    return found is not None and any(r.code == "hours.short" for r in found.reasons)


def _never(_row: ApplicationRow, _on: date, _gone: Collection[Inherited]) -> bool:
    """Leave renewals out: each has spent a certificate, and none of those says more."""
    return False


def _looked_back(
    row: ApplicationRow, filed_on: date, gone: Collection[Inherited]
) -> bool:
    """Tell whether they were earned when study counted; the desk sees what it asked."""
    years = rules_for(row.province, filed_on).lookback_years
    since = same_day(filed_on, years=-years)
    return any(since <= one.earned_on <= filed_on for one in gone)


_MOVED_ON: Mapping[
    Application, Callable[[ApplicationRow, date, Collection[Inherited]], bool]
] = {Application.RENEWAL: _never, Application.RE_REGISTRATION: _looked_back}
"""What a grant has changed so that the law cannot be asked again as of that day."""


def _told(row: ApplicationRow, gone: Sequence[Inherited]) -> dict[str, Any]:
    return {
        "credit": sum(one.credit for one in gone),
        "specialties": sorted({one.specialty.value for one in gone}),
        "granted": row.status is Status.GRANTED,
    }
