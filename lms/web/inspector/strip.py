"""A sitting drawn as a strip of film, to scale.

Units: `x` and `width` in thousandths.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.kernel.clock import SHANGHAI
from lms.reports.film import Reel

WIDTH = 1000
_LONGEST = timedelta(hours=2)
_SHORTEST = timedelta(minutes=10)
_ROUND = timedelta(minutes=5)
_MARK = 5.0
_TICKS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch on the strip."""

    x: str
    width: str
    shown: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A presence check on the strip, by its outcome."""

    x: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Strip:
    """A row of film. `ticks` are evenly spaced, the first and the last at its ends."""

    since: datetime
    until: datetime
    bars: tuple[Bar, ...]
    cuts: tuple[str, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[str, ...]


def strips(reel: Reel) -> tuple[Strip, ...]:
    """Draw a sitting, two hours a row."""
    return tuple(_strip(reel, since, until) for since, until in _frames(reel))


def _frames(reel: Reel) -> Iterator[tuple[datetime, datetime]]:
    since = _floor(reel.since)
    end = max(_floor(reel.until + _ROUND), since + _SHORTEST)
    while since < end:
        until = min(end, since + _LONGEST)
        yield since, until
        since = until


def _floor(at: datetime) -> datetime:
    here = at.astimezone(SHANGHAI).replace(second=0, microsecond=0)
    return here - timedelta(minutes=here.minute % (_ROUND // timedelta(minutes=1)))


def _strip(reel: Reel, since: datetime, until: datetime) -> Strip:
    length = until - since

    def place(at: datetime) -> float:
        return WIDTH * ((min(max(at, since), until) - since) / length)

    bars, cuts, marks = [], [], []
    for scene in reel.scenes:
        if since <= scene.since < until:
            cuts.append(f"{place(scene.since):.1f}")
        for one in scene.stretches:
            if one.until > since and one.since < until:
                x, end = place(one.since), place(one.until)
                bars.append(Bar(f"{x:.1f}", f"{max(end - x, 1):.1f}", one.shown.value))
        for asked in scene.checks:
            if since <= asked.at < until:
                outcome = asked.outcome.value if asked.outcome else "waiting"
                x = min(place(asked.at), WIDTH - _MARK)
                marks.append(Mark(f"{x:.1f}", outcome))
    ticks = (since + length * n / _TICKS for n in range(_TICKS + 1))
    return Strip(
        since,
        until,
        tuple(bars),
        tuple(cuts),
        tuple(marks),
        tuple(f"{one:%H:%M}" for one in ticks),
    )
