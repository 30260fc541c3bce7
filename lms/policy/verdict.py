"""What the law answers: codes, clauses and figures. The words are the web's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lms.policy.model import Specialty, Track


class WindowState(StrEnum):
    """Where a day lies in the renewal window."""

    EARLY = "early"
    OPEN = "open"
    LATE = "late"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason against, or one warning. `days` holds the dates behind it, by name.

    Units: `missing` in hundredths of a 学时.
    """

    code: str
    clause: str
    specialty: Specialty | None = None
    track: Track | None = None
    missing: int = 0
    days: Mapping[str, date] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, str, str]:
        """Give the key by which findings stand in a fixed order."""
        return (self.code, self.specialty or "", self.track or "")


@dataclass(frozen=True, slots=True)
class HoursLine:
    """One specialty and track: asked for, counted, missing.

    `counted` may exceed `needed`; it holds the substitution that was used.

    Units: hundredths of a 学时.
    """

    specialty: Specialty
    track: Track
    needed: int
    counted: int
    substituted: int = 0

    @property
    def missing(self) -> int:
        """Give what is still owed. Units: hundredths of a 学时."""
        return max(0, self.needed - self.counted)


@dataclass(frozen=True, slots=True)
class Window:
    """When a renewal may be applied for; both days are inside, None is any day."""

    opens_on: date | None
    closes_on: date
    state: WindowState
    ends_on: date


@dataclass(frozen=True, slots=True)
class Validity:
    """The new validity of one specialty; both days are inside."""

    specialty: Specialty
    valid_from: date
    valid_until: date
    clamped: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answer, with every reason at once."""

    rule_set: str
    reasons: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    hours: tuple[HoursLine, ...] = ()
    window: Window | None = None
    validity: tuple[Validity, ...] | None = None

    @property
    def eligible(self) -> bool:
        """Tell whether nothing speaks against the application."""
        return not self.reasons
