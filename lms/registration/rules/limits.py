"""By when the authority must have done a step, and what happens to its clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from lms.policy.flow import Case, Flow, Since, Step, StepName
from lms.policy.flow_checks import workdays_allowed
from lms.policy.model import WorkdayLimits
from lms.policy.workdays import Calendar, Due, add_workdays, workdays_between

_ANSWER_DAYS = 5
"""Units: working days. Where a province states no limit, so long an answer may take."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days of an application from which limits count."""

    filed: date | None = None
    accepted: date | None = None
    decided: date | None = None

    def since(self, what: Since) -> date | None:
        """Give the day from which a limit counts, when it has come."""
        known = {
            Since.FILED: self.filed,
            Since.ACCEPTED: self.accepted,
            Since.DECIDED: self.decided,
        }
        return known[what]


def due(
    steps: tuple[Step, ...],
    at: StepName,
    days: Days,
    limits: WorkdayLimits,
    calendar: Calendar,
) -> Due | None:
    """Find the next promise that binds from a step on; None where none does.

    An application at review is bound by the day of the decision.

    Source: 行政许可法 第三十二、四十二、四十四、八十二条.
    """
    for step in _from(steps, at):
        if step.limit is None:
            continue
        since = days.since(step.since)
        count = workdays_allowed(limits, step.limit)
        if since is not None and count is not None:
            return add_workdays(calendar, since, count)
    return None


def _from(steps: tuple[Step, ...], at: StepName) -> Iterator[Step]:
    reached = False
    for step in steps:
        reached = reached or step.name is at
        if reached:
            yield step


def left(calendar: Calendar, today: date, due_on: date | None) -> int | None:
    """Count the working days that are left when the clock stops; never below none."""
    if due_on is None:
        return None
    if due_on <= today:
        return 0
    return workdays_between(calendar, today, due_on)


def still_waiting(
    calendar: Calendar, told: date, today: date, limits: WorkdayLimits
) -> bool:
    """Tell whether an applicant still has the days to answer what was asked for.

    They are as many as the desk has for naming it, and never none.
    """
    last = answer_by(calendar, told, limits)
    return last is None or today <= last


def answer_by(calendar: Calendar, told: date, limits: WorkdayLimits) -> date | None:
    """Give the last day of an applicant's answer; None past the calendar."""
    return answer_due(calendar, told, limits).on


def answer_due(calendar: Calendar, told: date, limits: WorkdayLimits) -> Due:
    """Give the last day of an answer, or the day before which it cannot be."""
    return add_workdays(calendar, told, limits.deficiency or _ANSWER_DAYS)


def deemed_granted(
    flow: Flow, filed: date | None, ends_on: date | None, today: date
) -> bool:
    """Tell whether a renewal filed in time was not decided before its end.

    Source: 行政许可法 第五十条.
    """
    renewal = flow.application.value == "renewal"
    return bool(renewal and filed and ends_on and filed <= ends_on < today)


def lapses_on(days: Days, opened: date, flow: Flow) -> date | None:
    """Give the day after which an application that nobody accepted is closed.

    The days count from the filing, or from the opening of what was not filed.
    """
    if flow.lapse_days is None or days.accepted is not None:
        return None
    return (days.filed or opened) + timedelta(days=flow.lapse_days)


def cases_of(words: list[str]) -> frozenset[Case]:
    """Read the circumstances that were kept with an application."""
    return frozenset(Case(word) for word in words)
