"""Checks after the grant (核查): how much is drawn, what may be said, what is late."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from lms.people.rules import Period
from lms.policy.model import Application

SHORTEST_DAYS = 5
"""Calendar days that person and employer have at least to hand their papers over."""

HEARING_DAYS = 5
"""Calendar days that person and employer have at least to speak against a proposal."""

LONGEST_STATEMENT = 2000
LONGEST_WHY = 400
SHORTEST_WORDS = 4
MOST_ATTACHED = 6
"""Papers that go with one statement; who has more makes another."""

WIDE_DAYS = 90
WEEK_DAYS = 7
HALF = 50
MOST_AT_ONCE = 500
LONGEST_FINDING = 1000
_SHORTEST_FINDING = 4
SHORTEST_SEEN = 10
"""Characters that say on what a check rests of which not all was handed over."""


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


class Ground(StrEnum):
    """Why what was granted is revoked; only fraud keeps a person out for years.

    Source: 行政许可法 第六十九条第一款 (other), 第二款 (fraud).
    """

    FRAUD = "fraud"
    OTHER = "other"


OPEN = frozenset({AuditState.ASKED, AuditState.TO_MEND, AuditState.PROPOSED})
"""States in which the papers are still held and may be asked for."""

BECOMES = {
    Finding.SOUND: AuditState.SOUND,
    Finding.TO_MEND: AuditState.TO_MEND,
    Finding.REVOKE: AuditState.PROPOSED,
}


def checked_period(
    application: Application, decided_on: date, known: Sequence[Period]
) -> Period | None:
    """Name the registration period whose papers a check is about.

    A renewal rests on the period before it; what else was granted begins one.

    >>> old = Period(date(2023, 11, 21), date(2026, 11, 20))
    >>> new = Period(date(2026, 11, 21), date(2029, 11, 20))
    >>> checked_period(Application.RENEWAL, date(2026, 11, 21), [new, old]) == old
    True
    >>> checked_period(Application.INITIAL, date(2026, 11, 21), [new, old]) == new
    True
    """
    renews = application is Application.RENEWAL
    fits = [
        one
        for one in known
        if (one.since < decided_on if renews else one.since <= decided_on <= one.until)
    ]
    return max(fits or known, key=lambda one: one.since, default=None)


def draw_problems(
    since: date, until: date, today: date, due: date, share: int
) -> tuple[str, ...]:
    """List what is wrong with a draw. Units: `share` in per cent of the grants."""
    wrong = {
        "audit.span": since > until,
        "audit.future": max(since, until) > today,
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


def unseen(
    what: Finding, today: date, due: date, words: str, *, handed: bool
) -> str | None:
    """Say why a check may not end as sound: not all that was asked for was handed over.

    Until the last day papers may still come. After it whoever saw them elsewhere, on
    paper at the counter for one, says so in words that stand in the book.
    """
    if what is not Finding.SOUND or handed:
        return None
    if today <= due:
        return "audit.sound_early"
    return "audit.sound_unseen" if len(words.strip()) < SHORTEST_SEEN else None


def heard_until(due: date, today: date) -> date:
    """Name the last day on which one may speak against a proposal to revoke.

    >>> heard_until(date(2026, 11, 20), date(2026, 11, 21))
    datetime.date(2026, 11, 26)
    """
    return max(due, today + timedelta(days=HEARING_DAYS))


def unheard(until: date, today: date) -> bool:
    """Tell whether somebody may still speak against a proposal to revoke."""
    return today <= until


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
