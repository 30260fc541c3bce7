"""Which office does which step, and how urgent an application is. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.policy.flow import Party, Path, Step, StepName
from lms.policy.offices import OfficeKind, Task
from lms.policy.workdays import Calendar, workdays_between
from lms.registration.rules.states import Status

_TASKS: Mapping[StepName, Task] = {
    StepName.FILL: Task.INTAKE,
    StepName.ON_SITE: Task.ON_SITE,
    StepName.PRELIMINARY: Task.REVIEW,
    StepName.IN_PERSON: Task.ON_SITE,
    StepName.ACCEPT: Task.INTAKE,
    StepName.REVIEW: Task.REVIEW,
    StepName.NOTICE: Task.DECIDE,
    StepName.DECIDE: Task.DECIDE,
    StepName.ANNOUNCE: Task.DECIDE,
}
_FORCED = frozenset({Path.FORCED, Path.ABNORMAL})
SOON = 2
"""Units: working days. So near an end, an application is urgent."""


class Bucket(StrEnum):
    """How an application stands to its limit; each stands in exactly one."""

    OVERDUE = "overdue"
    SOON = "soon"
    NEW = "new"
    WORKING = "working"
    DECIDE = "decide"
    PUBLIC = "public"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an office stands: what it is, the area it serves, its tasks today."""

    kind: OfficeKind
    region: str
    tasks: frozenset[Task]


def task_of(step: Step, path: Path, known: Iterable[Task]) -> Task | None:
    """Name the task that a step belongs to; None for a step of nobody's desk.

    Where a province has offices that settle what one side refuses, they do all of it.
    """
    if path in _FORCED and Task.FORCED in set(known):
        return Task.FORCED
    return _TASKS.get(step.name)


def serves(region: str, uscc: str) -> bool:
    """Tell whether an area is a company's: its code's third digit on says where.

    Source: GB 32100-2015.

    >>> serves("3701", "91370100MA00000001"), serves("3701", "91370200MA00000001")
    (True, False)
    """
    whole_province = len(region) <= 2  # noqa: PLR2004 - digits of a province's code
    return whole_province or not uscc or uscc[2 : 2 + len(region)] == region


def keeps(region: str, uscc: str) -> bool:
    """Tell whether a company is registered where an office sits, by its province too.

    One that the State registered (100000) is any whole province's.

    >>> keeps("51", "91150203MA0N00000G"), keeps("15", "91150203MA0N00000G")
    (False, True)
    """
    there, whole_province = uscc[2:8], len(region) == 2  # noqa: PLR2004 - digits
    return there.startswith(region) or (whole_province and there == "100000")


def does(place: Place, step: Step, path: Path, others: Iterable[Place]) -> bool:
    """Tell whether an office does a step; `others` are its province's, itself too.

    A step that names a kind of office is that kind's, wherever there is one.
    """
    others = tuple(others)
    known = {task for one in others for task in one.tasks}
    task = task_of(step, path, known)
    if task is None or task not in place.tasks:
        return False
    fitting = {one.kind for one in others if task in one.tasks}
    return step.at is None or step.at not in fitting or place.kind is step.at


def bucket(
    step: Step,
    status: Status,
    *,
    due_on: date | None,
    accepted: bool,
    today: date,
    calendar: Calendar,
) -> Bucket:
    """Say how an application stands; whoever waits for its applicant is never late."""
    if status is Status.SUPPLEMENT:
        return Bucket.WAITING
    if due_on is not None and today > due_on:
        return Bucket.OVERDUE
    if due_on is not None:
        left = workdays_between(calendar, today, due_on)
        if left is not None and left <= SOON:
            return Bucket.SOON
    if step.name in (StepName.NOTICE, StepName.ANNOUNCE):
        return Bucket.PUBLIC
    if step.by is Party.APPROVER:
        return Bucket.DECIDE
    return Bucket.WORKING if accepted else Bucket.NEW
