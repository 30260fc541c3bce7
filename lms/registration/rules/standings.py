"""Where a registered person stands, in one line, out of the law's answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.policy.assessment import assess
from lms.policy.facts import AssessmentRequest
from lms.policy.model import Province, Specialty
from lms.policy.verdict import Assessment, HoursLine, Window, WindowState


class EndCause(StrEnum):
    """Why a specialty's period is over."""

    LAPSED = "lapsed"
    RENEWED = "renewed"
    CANCELLED = "cancelled"
    REVOKED = "revoked"


class NightKind(StrEnum):
    """What a day's run does."""

    STANDINGS = "standings"
    REMINDERS = "reminders"


_WITH_THE_APPLICATION = "commitment."


@dataclass(frozen=True, slots=True)
class Found:
    """What the law finds of a person's earliest end. As `models.StandingRow`.

    Units: `per_cent` of the hours that are asked, rounded down.
    """

    province: Province
    eligible: bool
    ready: bool
    lapsed: bool
    hours_met: bool
    per_cent: int
    specialties: tuple[Specialty, ...]
    ends_on: date
    opens_on: date | None
    closes_on: date
    codes: tuple[str, ...]
    rule_set: str


def found(requests: Sequence[AssessmentRequest]) -> Found | None:
    """Assess the earliest end; None where the law has nothing to ask about."""
    if not requests:
        return None
    first, answer = requests[0], assess(requests[0])
    if answer.window is None:
        return None
    return _found(first, answer, answer.window)


def _found(first: AssessmentRequest, answer: Assessment, window: Window) -> Found:
    codes = tuple(dict.fromkeys(each.code for each in answer.reasons))
    return Found(
        province=first.province,
        eligible=answer.eligible,
        ready=all(code.startswith(_WITH_THE_APPLICATION) for code in codes),
        lapsed=window.state is WindowState.EXPIRED,
        hours_met=not any(line.missing for line in answer.hours),
        per_cent=per_cent(answer.hours),
        specialties=tuple(each.code for each in first.main_first),
        ends_on=window.ends_on,
        opens_on=window.opens_on,
        closes_on=window.closes_on,
        codes=codes,
        rule_set=answer.rule_set,
    )


def per_cent(lines: Sequence[HoursLine]) -> int:
    """Say how much of the hours asked is done; a hundred only when all is.

    Surplus in one place does not pay for another.

    >>> per_cent([])
    100
    """
    needed = sum(line.needed for line in lines)
    if not needed:
        return 100
    return sum(min(line.counted, line.needed) for line in lines) * 100 // needed
