"""Checks after the grant (核查): how much is drawn, what may be said, what is late."""

from datetime import date
from enum import StrEnum

SHORTEST_DAYS = 5
"""Calendar days that person and employer have at least to hand their papers over."""

WIDE_DAYS = 90
WEEK_DAYS = 7
HALF = 50
MOST_AT_ONCE = 500
LONGEST_FINDING = 1000
_SHORTEST_FINDING = 4


class AuditState(StrEnum):
    """How far a check has come.

    PROPOSED means that one member of the desk proposes to revoke, and another decides.
    """

    ASKED = "asked"
    SOUND = "sound"
    TO_MEND = "to_mend"
    PROPOSED = "proposed"
    REVOKED = "revoked"


class Finding(StrEnum):
    """What who looked through the papers says."""

    SOUND = "sound"
    TO_MEND = "to_mend"
    REVOKE = "revoke"


OPEN = frozenset({AuditState.ASKED, AuditState.TO_MEND, AuditState.PROPOSED})
"""States in which the papers are still held and may be asked for."""

BECOMES = {
    Finding.SOUND: AuditState.SOUND,
    Finding.TO_MEND: AuditState.TO_MEND,
    Finding.REVOKE: AuditState.PROPOSED,
}


def draw_problems(
    since: date, until: date, today: date, due: date, share: int
) -> tuple[str, ...]:
    """List what is wrong with a draw. Units: `share` in per cent of the grants."""
    wrong = {
        "audit.span": since > until or until > today,
        "audit.too_soon": (due - today).days < SHORTEST_DAYS,
        "audit.share": not 1 <= share <= 100,  # noqa: PLR2004 - per cent
    }
    return tuple(code for code, is_so in wrong.items() if is_so)


def narrow(since: date, until: date, share: int, pot: int, taken: int) -> bool:
    """Tell whether a draw is so narrow that who draws can choose whom it takes.

    Of a quarter of a year any share is drawn. Of less, a week at least, and at most
    half of what was granted in it.

    >>> one, week = date(2026, 11, 21), date(2026, 11, 27)
    >>> [narrow(one, week, 5, 40, 2), narrow(one, one, 5, 40, 2)]
    [False, True]
    >>> narrow(one, week, 5, 1, 1)
    True
    """
    days = (until - since).days + 1
    if days >= WIDE_DAYS:
        return False
    return days < WEEK_DAYS or share > HALF or 2 * taken > pot


def how_many(pot: int, share: int) -> int:
    """Say how many grants are drawn; of a pot that is not empty, at least one.

    >>> [how_many(pot, 5) for pot in (0, 1, 20, 21, 400)]
    [0, 1, 1, 2, 20]
    """
    return min(MOST_AT_ONCE, -(-pot * share // 100))


def finding_problem(state: AuditState, words: str) -> str | None:
    """Say why a finding may not be written now."""
    if state not in {AuditState.ASKED, AuditState.TO_MEND}:
        return "audit.not_now"
    if not _SHORTEST_FINDING <= len(words.strip()) <= LONGEST_FINDING:
        return "audit.no_words"
    return None


def early(what: Finding, today: date, due: date, *, handed: bool) -> bool:
    """Tell whether it is too early to propose to revoke: papers may still come."""
    return what is Finding.REVOKE and not handed and today <= due


def mending_problem(what: Finding, today: date, due: date | None) -> str | None:
    """Say why what is to be mended has no good day by which it must be."""
    if what is not Finding.TO_MEND:
        return None
    if due is None or (due - today).days < SHORTEST_DAYS:
        return "audit.too_soon"
    return None


def late(state: AuditState, due: date, today: date, *, handed: bool) -> bool:
    """Tell whether papers that were asked for are overdue."""
    return state in OPEN and not handed and today > due
