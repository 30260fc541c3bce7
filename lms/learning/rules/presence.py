"""When to ask whether a person is there, and what an answer is worth.

Checks come at instants that the server alone knows. While one waits nothing is earned;
what was earned before it stays.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from lms.learning.rules.beats import Spans

USUAL_PACE = 2700
SHORTEST_LESSON_SECONDS = 60
GRACE_SECONDS = 5
UNHEARD_SECONDS = 40
MOST_TRIES = 5
CODE_DIGITS = 6
PICTURE_SUBJECT = "presence_picture"
"""What the consent to pictures is called among a person's consents."""
PICTURE_TEXT_ON = date(2026, 11, 21)
"""The date of the text on pictures that is in force; it has its own template."""


class CheckKind(StrEnum):
    """What a check asks for. Either may be answered by a picture, with consent."""

    QUESTION = "question"
    CODE = "code"


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    MISSED = "missed"


class Missed(StrEnum):
    """Why a check was missed."""

    UNANSWERED = "unanswered"
    WRONG = "wrong"
    SILENT = "silent"


class Turn(StrEnum):
    """What a beat or an answer comes to while a check waits."""

    WAIT = "wait"
    EXCUSE = "excuse"
    MISS = "miss"


@dataclass(frozen=True, slots=True)
class Presence:
    """What an association asks of presence.

    `misses` in a row close the lease; with `drop_unproved` the time since the last
    proof is then taken back, else it stays. `camera` lets those who consent answer by a
    picture, which is kept for `picture_days`.

    Units: seconds; days.
    """

    on: bool = True
    mean_seconds: int = 720
    least_seconds: int = 300
    answer_seconds: int = 60
    misses: int = 2
    drop_unproved: bool = False
    camera: bool = True
    picture_days: int = 90


@dataclass(frozen=True, slots=True)
class Waiting:
    """A check that waits, as far as time is concerned."""

    answer_until: datetime
    excused: bool
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may be asked as a check. Units: seconds."""

    id: str
    at_second: int | None


def presence_of(settings: Mapping[str, int]) -> Presence:
    """Read an association's settings; what it leaves open is as usual.

    >>> presence_of({"on": 0}).on, presence_of({"answer_seconds": 90}).answer_seconds
    (False, 90)
    """
    usual = Presence()
    known = {
        name: type(getattr(usual, name))(value)
        for name, value in settings.items()
        if name in Presence.__slots__
    }
    return replace(usual, **known)


def span_between(
    presence: Presence, *, pace: int, target_seconds: int
) -> tuple[int, int] | None:
    """Say how long after one check the next may come; nothing for a short lesson.

    Any second between the two is as likely, so that their middle is the mean. Where a
    学时 lasts less than usual all shrinks with it, but not below about one a lesson.

    Units: seconds; `pace` of film for one 学时.

    >>> span_between(Presence(), pace=2700, target_seconds=2700)
    (300, 1140)
    >>> span_between(Presence(), pace=45, target_seconds=225)
    (62, 238)
    >>> span_between(Presence(), pace=45, target_seconds=45)
    """
    if not presence.on or target_seconds < SHORTEST_LESSON_SECONDS:
        return None
    usual = presence.mean_seconds
    shrunk = usual * min(pace, USUAL_PACE) // USUAL_PACE
    mean = max(shrunk, min(usual, target_seconds * 2 // 3))
    least = min(mean, mean * presence.least_seconds // max(1, usual))
    return least, 2 * mean - least


def turn(check: Waiting, now: datetime, last_heard: datetime) -> Turn:
    """Judge a check that waits when the page is heard.

    Whoever was not heard while the time ran out may have lost the line: once, the time
    begins again. Nothing is earned meanwhile, so nothing is given away.
    """
    if check.tries >= MOST_TRIES:
        return Turn.MISS
    if now <= check.answer_until + timedelta(seconds=GRACE_SECONDS):
        return Turn.WAIT
    unheard = now - last_heard > timedelta(seconds=UNHEARD_SECONDS)
    return Turn.EXCUSE if unheard and not check.excused else Turn.MISS


def just_seen(
    questions: Sequence[Candidate], watched: Spans, asked: Collection[str]
) -> list[str]:
    """Name the questions whose second was watched and that were not asked yet."""
    return [
        one.id
        for one in questions
        if one.at_second is not None
        and one.id not in asked
        and any(low <= one.at_second <= high for low, high in watched)
    ]


def left_seconds(until: datetime, now: datetime) -> int:
    """Count the whole seconds left, never below zero."""
    return max(0, int((until - now).total_seconds()))
