"""The clock of an application: what stops it, what lets it run on, what it counts."""

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import update

from lms.calendar import queries as calendar
from lms.kernel.clock import legal_day
from lms.kernel.work import Work
from lms.policy.flow_checks import silence
from lms.policy.library import rules_for
from lms.policy.model import WorkdayLimits
from lms.policy.workdays import add_workdays
from lms.registration.models import ApplicationRow, Flag
from lms.registration.rules import limits
from lms.registration.rules.states import Act, FlagKind, Status


def limits_of(row: ApplicationRow) -> WorkdayLimits:
    """Give the limits of the law under which an application was filed."""
    day = row.filed_on or legal_day(row.opened_at)
    return rules_for(row.province, day).limits


def silent_since(work: Work, row: ApplicationRow) -> date | None:
    """Give the day from which silence on deficiencies is acceptance; None while open.

    Source: 行政许可法 第三十二条第四项.
    """
    if row.filed_on is None:
        return None
    known, today = calendar.calendar(work.session), legal_day(work.now)
    found = silence(known, limits_of(row), row.filed_on, today, row.told_on)
    return found.accepted_from if found else None


def unanswered(work: Work, row: ApplicationRow) -> bool:
    """Tell whether the days to answer a supplement are over, and nobody did.

    Past the calendar nobody knows, and nothing is said.
    """
    if row.status is not Status.SUPPLEMENT or row.told_on is None:
        return False
    known, today = calendar.calendar(work.session), legal_day(work.now)
    return not limits.still_waiting(known, row.told_on, today, limits_of(row))


def _stop(work: Work, row: ApplicationRow, today: date) -> None:
    """Stop the clock while a supplement is awaited."""
    row.left = _left(work, row, today)
    row.told_on = today


def _left(work: Work, row: ApplicationRow, today: date) -> int | None:
    """Count what is left as the clock stops; before acceptance, of the days to accept.

    Whoever answers on the last day is given the next one.
    """
    known = calendar.calendar(work.session)
    if row.due_on is not None or row.filed_on is None:
        return limits.left(known, today, row.due_on)
    found = silence(known, limits_of(row), row.filed_on, today)
    left = limits.left(known, today, found.told_by.on if found else None)
    return None if left is None else max(left, 1)


def _run_again(work: Work, row: ApplicationRow, today: date) -> None:
    """Let the clock run on after the wait, with the days that were left."""
    if row.left is not None:
        found = add_workdays(calendar.calendar(work.session), today, row.left)
        row.due_on, row.due_not_before = found.on, found.not_before
    row.left = None
    _no_more_waiting(work, row)


def _no_more_waiting(work: Work, row: ApplicationRow) -> None:
    """Settle what was said of the wait: it is over, whoever ended it."""
    work.session.execute(
        update(Flag)
        .where(
            Flag.application_id == row.id,
            Flag.kind == FlagKind.UNANSWERED,
            Flag.settled_at.is_(None),
        )
        .values(settled_at=work.now, settled_by=work.actor.account_id, upheld=True)
    )


def _extend(work: Work, row: ApplicationRow, today: date) -> None:
    more = limits_of(row).extend
    if more is not None and row.due_on is not None:
        found = add_workdays(calendar.calendar(work.session), row.due_on, more)
        row.due_on, row.due_not_before = found.on, found.not_before
    row.extended_on = today


TURNS: Mapping[Act, Callable[[Work, ApplicationRow, date], None]] = {
    Act.SUPPLEMENT: _stop,
    Act.ANSWER: _run_again,
    Act.RESUME: _run_again,
    Act.EXTEND: _extend,
}
"""What an act does to the clock."""
