"""Where an export stands, and what may be done with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Self
from uuid import UUID


class ExportState(StrEnum):
    """Where an export stands."""

    ASKED = "asked"
    """It holds personal data in full and waits for another person's word."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    GONE = "gone"


class Basis(StrEnum):
    """Whom a report to the province names."""

    ISSUED = "issued"
    """Those whose certificate was issued in the time."""

    ENDING = "ending"
    """Those who study here and whose registration ends in the time."""


AT_ONCE = 2000
"""So many rows are handed over at once; more become a job."""

KEPT = timedelta(hours=72)
"""How long a file that was made can be fetched."""

REASON_LENGTH = (4, 200)
MOST_TRIES = 5
"""An export whose maker dies again and again is given up."""

OPEN = frozenset({ExportState.ASKED, ExportState.WAITING, ExportState.RUNNING})


def may_cancel(state: ExportState) -> bool:
    """Tell whether there is something to cancel.

    >>> may_cancel(ExportState.RUNNING), may_cancel(ExportState.GONE)
    (True, False)
    """
    return state in OPEN or state is ExportState.READY


def report_number(day: date, job_id: UUID) -> str:
    """Name a report so that no two are called alike.

    >>> report_number(date(2026, 11, 22), UUID(int=0xABCDEF))
    'SB20261122-00ABCDEF'
    """
    return f"SB{day:%Y%m%d}-{job_id.hex[-8:].upper()}"


@dataclass(frozen=True, slots=True)
class Period:
    """Whom a report to the province names, and of which days. Both days count."""

    basis: Basis
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked to be exported.

    `path` and `form` are the request that gave the list, for it to be given again. A
    report to the province has a `period` instead. `personal`: it names people in full.

    PII: `form` may hold a name that somebody looked for.
    """

    kind: str
    title: str
    reason: str
    personal: bool
    total: int | None = None
    locale: str = "zh"
    path: str = ""
    form: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    period: Period | None = None
    filters: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def stored(self) -> dict[str, Any]:
        """Give what is sealed: by what it was narrowed."""
        period = self.period
        return {
            "path": self.path,
            "form": [list(one) for one in self.form],
            "filters": [list(one) for one in self.filters],
            "period": period
            and [
                period.basis.value,
                period.since.isoformat(),
                period.until.isoformat(),
            ],
        }


@dataclass(frozen=True, slots=True)
class Narrowing:
    """By what an export was narrowed, as it was kept. PII: `form` and `filters`."""

    path: str = ""
    form: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    filters: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    period: Period | None = None

    @classmethod
    def restored(cls, told: Mapping[str, Any]) -> Self:
        """Read what was sealed."""
        period = told["period"]
        return cls(
            path=told["path"],
            form=tuple((name, value) for name, value in told["form"]),
            filters=tuple((word, value) for word, value in told["filters"]),
            period=Period(
                Basis(period[0]),
                date.fromisoformat(period[1]),
                date.fromisoformat(period[2]),
            )
            if period
            else None,
        )


@dataclass(frozen=True, slots=True)
class Task:
    """An export to be made now. Its key is new for each try and seals nothing else.

    PII: `form`, as it was asked.
    """

    id: UUID
    association_id: UUID
    kind: str
    title: str
    personal: bool
    asked_by: UUID | None
    asked_at: datetime
    number: str | None
    locale: str
    narrowing: Narrowing
    key: bytes = field(repr=False)
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Signed:
    """How a report was signed. `kid` names the key, `manifest` is a SHA-256."""

    manifest: bytes
    kid: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made. Units: `size` in bytes."""

    rows: int
    size: int
    sha256: bytes
    signed: Signed | None = None
