"""When keys were, are and will be good, drawn on a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.signing.rules import PublishedKey, Standing

_LEAST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Bar:
    """One key's time. Units: `x` and `width` in hundredths of the line."""

    kid: str
    x: float
    width: float
    tone: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A line of time with its keys, the newest first. Units: as in `Bar`."""

    bars: tuple[Bar, ...]
    now: float
    since: datetime
    until: datetime


def drawn(keys: Sequence[PublishedKey], now: datetime) -> Line | None:
    """Lay keys on one line of time; none without keys."""
    if not keys:
        return None
    since = min(now, *(key.valid_from for key in keys))
    until = max(now, since + _LEAST, *(key.valid_until for key in keys))
    whole = (until - since).total_seconds()

    def place(instant: datetime) -> float:
        return round(100 * (instant - since).total_seconds() / whole, 2)

    bars = tuple(
        Bar(
            key.kid,
            place(key.valid_from),
            max(0.5, round(place(_end(key)) - place(key.valid_from), 2)),
            _tone(key, now),
            key.valid_from,
            _end(key),
        )
        for key in keys
    )
    return Line(bars, place(now), since, until)


def _end(key: PublishedKey) -> datetime:
    """Say until when a key signed or will sign."""
    if key.standing is Standing.ACTIVE or key.changed_at is None:
        return key.valid_until
    return max(key.valid_from, min(key.valid_until, key.broken_at or key.changed_at))


def _tone(key: PublishedKey, now: datetime) -> str:
    if key.standing is Standing.COMPROMISED:
        return "bad"
    return "ok" if key.standing is Standing.ACTIVE and now < key.valid_until else "past"
