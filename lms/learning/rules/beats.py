"""What one beat of the player is worth.

The promise has two sides. A cheat never earns more than the clock: every credited
second lies between the person's high-water mark and now, and the mark moves on by what
was credited. An honest person on a bad line loses nearly nothing: what a late beat
could not earn stays on the clock for a moment (`CARRY_SECONDS`), and the answer says
from which second of the film to go on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

LONGEST_CREDIT_SECONDS = 60
SILENCE_SECONDS = 180
CARRY_SECONDS = 15
TOLERANCE_SECONDS = 2
RESYNC_SECONDS = 1
BEAT_SECONDS = 30
SHORTEST_BEAT_SECONDS = 5
COVERAGE_PERCENT = 95
STEP_SLACK_MS = 2000
NORMAL_RATE = 100

Spans = tuple[tuple[int, int], ...]
"""Merged intervals of a film, in order, apart from each other. Units: seconds."""


class State(StrEnum):
    """What the page says that it is doing."""

    PLAYING = "playing"
    PAUSED = "paused"
    HIDDEN = "hidden"
    LEFT = "left"


class Reason(StrEnum):
    """Why a beat earned nothing, or less than it claimed."""

    PAUSED = "paused"
    HIDDEN = "hidden"
    JUMPED = "jumped"
    TOO_FAST = "too_fast"
    CLOCK_STEP = "clock_step"
    SEEN = "seen"
    DAY_FULL = "day_full"
    DONE = "done"
    QUESTIONS = "questions"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Measure:
    """What a lesson asks for. Units: seconds; `top_rate` in hundredths."""

    film_seconds: int
    target_seconds: int
    top_rate: int = NORMAL_RATE


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person has honestly come in a lesson. Units: seconds."""

    watched: Spans = ()
    credited_seconds: int = 0
    furthest: int = 0
    position: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """What a beat tells: the stretch of film since the last one. Units: seconds."""

    media_from: int
    media_to: int
    state: State = State.PLAYING


@dataclass(frozen=True, slots=True)
class Moment:
    """When a beat came. `mark` is the person's high-water mark.

    `waited_for` says that a presence check waits for its answer.
    """

    now: datetime
    mark: datetime
    day_left: int | None = None
    waited_for: bool = False


@dataclass(frozen=True, slots=True)
class Lag:
    """How far the wall clock is ahead of the steady one. Units: milliseconds."""

    boot: str
    ms: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a beat earned, and where all stand after it. Units: seconds."""

    earned: int
    progress: Progress
    mark: datetime
    reason: Reason | None = None
    seek: bool = False


def judge_beat(
    progress: Progress, claim: Claim, moment: Moment, measure: Measure
) -> Verdict:
    """Decide what a beat earns: of all that limits it, the least.

    The clock since the mark, the longest beat, the stretch of film, the part of it
    not yet seen, the rest of the lesson and the rest of the day. A stretch that
    starts beyond the furthest honest point, or is longer than the clock allows, has
    jumped: it earns nothing, and the answer says where to go back to.

    Units: seconds.
    Source: security rules of the house; 192号 leaves the counting of time to us.
    """
    wall = elapsed_seconds(moment)
    idle = _idle(claim, moment, wall)
    if idle:
        return _nothing(progress, moment, idle, seek=False)
    start, end = claim.media_from, min(claim.media_to, measure.film_seconds)
    jump = _jump(progress, start, end, wall, measure)
    if jump:
        return _nothing(progress, moment, jump, seek=True)
    return _credit(progress, (start, end), moment, measure)


def elapsed_seconds(moment: Moment) -> int:
    """Count whole seconds of the clock since the mark; negative when it stepped back.

    A step that the steady clock saw has been taken out of the mark (`clock_step`).
    """
    return int((moment.now - moment.mark).total_seconds() // 1)


def clock_step(before: Lag | None, after: Lag | None) -> timedelta:
    """Say how far the wall clock was set between two beats, by the steady clock.

    Nothing where the machine was started anew in between, or another machine heard the
    beat: then the wall clock alone counts. A clock that is only steered stays within
    the slack.
    """
    if before is None or after is None or before.boot != after.boot:
        return timedelta()
    step = after.ms - before.ms
    if abs(step) <= STEP_SLACK_MS:
        return timedelta()
    return timedelta(milliseconds=step)


def _idle(claim: Claim, moment: Moment, wall: int) -> Reason | None:
    if wall < 0:
        return Reason.CLOCK_STEP
    if moment.waited_for:
        return Reason.CHECK
    if claim.state is State.PAUSED:
        return Reason.PAUSED
    if claim.state is State.HIDDEN:
        return Reason.HIDDEN
    return Reason.DAY_FULL if moment.day_left == 0 else None


def _jump(
    progress: Progress, start: int, end: int, wall: int, measure: Measure
) -> Reason | None:
    if start < 0 or end < start or start > progress.furthest + TOLERANCE_SECONDS:
        return Reason.JUMPED
    allowed = wall * measure.top_rate // NORMAL_RATE + TOLERANCE_SECONDS
    return Reason.TOO_FAST if end - start > allowed else None


def _credit(
    progress: Progress, stretch: tuple[int, int], moment: Moment, measure: Measure
) -> Verdict:
    start, end = min(stretch[0], progress.furthest), stretch[1]
    wall = min(elapsed_seconds(moment), LONGEST_CREDIT_SECONDS)
    if moment.day_left is not None:
        wall = min(wall, moment.day_left)
    reach = min(end, start + wall * measure.top_rate // NORMAL_RATE)
    watched = merge(progress.watched, (start, reach))
    new = total(watched) - total(progress.watched)
    if total(progress.watched) >= measure.film_seconds:
        # All was seen faster than the clock allows: seeing it again fills the time.
        new = reach - start
    rest = max(0, measure.target_seconds - progress.credited_seconds)
    earned = min(wall, new, rest)
    return Verdict(
        earned=earned,
        progress=Progress(
            watched=watched,
            credited_seconds=progress.credited_seconds + earned,
            furthest=max(progress.furthest, reach),
            position=reach,
        ),
        mark=_mark(moment, earned),
        reason=_why_nothing(earned, new, rest, end - start),
        seek=end - reach > RESYNC_SECONDS,
    )


def _why_nothing(earned: int, new: int, rest: int, length: int) -> Reason | None:
    if earned or not length:
        return None
    if not rest:
        return Reason.DONE
    return None if new else Reason.SEEN


def _mark(moment: Moment, earned: int) -> datetime:
    used = moment.mark + timedelta(seconds=earned)
    return max(used, moment.now - timedelta(seconds=CARRY_SECONDS))


def _nothing(
    progress: Progress, moment: Moment, reason: Reason, *, seek: bool
) -> Verdict:
    mark = max(moment.mark, moment.now)
    return Verdict(0, progress, mark, reason, seek)


def merge(spans: Spans, new: tuple[int, int]) -> Spans:
    """Lay a stretch over merged intervals.

    >>> merge(((0, 10), (20, 30)), (8, 20))
    ((0, 30),)
    """
    start, end = new
    if end <= start:
        return spans
    kept = []
    for low, high in spans:
        if high < start or low > end:
            kept.append((low, high))
        else:
            start, end = min(start, low), max(end, high)
    return tuple(sorted([*kept, (start, end)]))


def total(spans: Spans) -> int:
    """Sum the length of merged intervals. Units: seconds."""
    return sum(end - start for start, end in spans)


def is_complete(progress: Progress, measure: Measure, *, questions_open: int) -> bool:
    """Say whether a lesson is done: time, film and questions."""
    return (
        progress.credited_seconds >= measure.target_seconds
        and total(progress.watched) >= coverage_needed(measure.film_seconds)
        and not questions_open
    )


def coverage_needed(film_seconds: int) -> int:
    """Say how much of a film must have been seen. Units: seconds."""
    return film_seconds * COVERAGE_PERCENT // 100


def measure_of(
    *, required_seconds: int, film_seconds: int | None, top_rate: int = NORMAL_RATE
) -> Measure:
    """Make a lesson's measure; a document is a film that lasts as long as its dwell."""
    film = film_seconds or required_seconds
    return Measure(film, max(required_seconds, coverage_needed(film)), top_rate)


def beat_interval(target_seconds: int) -> int:
    """Say how often a lesson's page shall beat. Units: seconds.

    >>> [beat_interval(s) for s in (2700, 45, 10)]
    [30, 8, 5]
    """
    return min(BEAT_SECONDS, max(SHORTEST_BEAT_SECONDS, ceil(target_seconds / 6)))
