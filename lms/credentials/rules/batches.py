"""A batch of certificates: whom it asks for, how far it is, what may be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from lms.policy.model import Specialty


class BatchState(StrEnum):
    """Where a batch stands."""

    CHECKING = "checking"
    CHECKED = "checked"
    WAITING = "waiting"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


class LineState(StrEnum):
    """What became of one person of a batch."""

    NEW = "new"
    """Not looked at yet."""

    LEFT = "todo"
    ISSUED = "issued"
    REFUSED = "refused"
    WAITING_HAND = "waiting_hand"


class Deed(StrEnum):
    """What somebody at the desk does with a batch."""

    START = "start"
    STOP = "stop"
    DROP = "drop"


_FROM: Mapping[Deed, frozenset[BatchState]] = {
    Deed.START: frozenset({BatchState.CHECKED, BatchState.STOPPED}),
    Deed.STOP: frozenset({BatchState.WAITING, BatchState.RUNNING}),
    Deed.DROP: frozenset({BatchState.CHECKING, BatchState.CHECKED}),
}


def may(state: BatchState, deed: Deed) -> bool:
    """Tell whether a deed fits: what was begun is never dropped, only stopped."""
    return state in _FROM[deed]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom a batch asks for; empty narrows nothing.

    `since` and `until` bound the day on which the test was passed, both included.
    """

    specialty: Specialty | None = None
    course_id: UUID | None = None
    package_id: UUID | None = None
    employer_id: UUID | None = None
    since: date | None = None
    until: date | None = None

    def stored(self) -> dict[str, str]:
        """Give what was chosen as it is stored; what narrows nothing is left out."""
        found = {
            "specialty": self.specialty and self.specialty.value,
            "course_id": self.course_id and str(self.course_id),
            "package_id": self.package_id and str(self.package_id),
            "employer_id": self.employer_id and str(self.employer_id),
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
        }
        return {name: value for name, value in found.items() if value}

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> Self:
        """Read it back."""

        def named(name: str) -> UUID | None:
            return UUID(kept[name]) if name in kept else None

        def day(name: str) -> date | None:
            return date.fromisoformat(kept[name]) if name in kept else None

        return cls(
            specialty=Specialty(kept["specialty"]) if "specialty" in kept else None,
            course_id=named("course_id"),
            package_id=named("package_id"),
            employer_id=named("employer_id"),
            since=day("since"),
            until=day("until"),
        )


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a run goes. Units: `done` since the run began, `seconds` of it."""

    done: int
    seconds: float

    @property
    def per_minute(self) -> int:
        """Say how many are done in a minute; 0 while too little is known."""
        return round(self.done * 60 / self.seconds) if self.seconds >= 1 else 0

    def left(self, todo: int) -> int | None:
        """Say how long the rest will take; None while too little is known.

        Units: seconds.

        >>> Pace(done=100, seconds=50.0).left(todo=30)
        15
        """
        if not todo:
            return 0
        if not self.done or self.seconds < 1:
            return None
        return round(todo * self.seconds / self.done)


class PackState(StrEnum):
    """Where a package to download stands."""

    WAITING = "waiting"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"


PACK_DAYS = 7
"""So long a package can be fetched; then it is removed from the disk."""


class PaperWhy(StrEnum):
    """Why a certificate is printed on paper."""

    ASKED = "asked"
    DAMAGED = "damaged"
    LOST = "lost"
    MISPRINT = "misprint"


def packed_name(number: str, kind: str) -> str:
    """Name a certificate's file in a package: its number, without a word of a person.

    >>> packed_name("BTJX-JXJY-2026-0000149-7", "pdf")
    'BTJX-JXJY-2026-0000149-7.pdf'
    """
    return f"{number}.{kind}"
