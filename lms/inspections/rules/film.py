"""What a lease looked like, from its beats: what earned, what did not, and why."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

_SLACK = timedelta(seconds=5)
_LONGEST = timedelta(seconds=60)
"""What one beat earns at most; a longer gap is a line that was lost."""
_MOMENT = timedelta(seconds=1)
"""Film is told in whole seconds: less than this of a rest is no cause of its own."""
START = bytes(32)


class Shown(StrEnum):
    """What a stretch of a lease was."""

    CREDITED = "credited"
    PAUSED = "paused"
    STILL = "still"
    HIDDEN = "hidden"
    CHECK = "check"
    REFUSED = "refused"
    FULL = "full"
    LOST = "lost"
    SUM = "sum"


_IDLE = {"paused": Shown.PAUSED, "hidden": Shown.HIDDEN, "left": Shown.PAUSED}


@dataclass(frozen=True, slots=True)
class Beat:
    """One beat as its file keeps it. Shape: `text` is what the chain hashed.

    Units: `moved`, how far the film went on, and `earned` in seconds.
    """

    seq: int
    at: datetime
    state: str
    moved: int
    earned: int
    text: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a lease. Units: `earned` in seconds."""

    since: datetime
    until: datetime
    shown: Shown
    earned: int = 0

    @property
    def lasted(self) -> timedelta:
        """Say how long it was."""
        return self.until - self.since


def read_beats(lines: Iterable[str]) -> dict[str, list[Beat]]:
    """Read records of beats by lease, in order; one that came twice counts once."""
    found: dict[str, dict[int, Beat]] = {}
    for line in lines:
        lease, seq, at, start, end, state, earned = json.loads(line)
        instant = datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        beat = Beat(seq, instant, state, max(0, end - start), earned, line)
        found.setdefault(lease, {})[seq] = beat
    return {lease: [some[seq] for seq in sorted(some)] for lease, some in found.items()}


def whole(beats: Sequence[Beat], sealed: bytes) -> bool:
    """Say whether beats are those that a lease's chain of hashes was sealed with."""
    chained = START
    for beat in beats:
        chained = hashlib.sha256(chained + beat.text.encode()).digest()
    return chained == sealed


def stretches(
    since: datetime,
    beats: Sequence[Beat],
    waits: Sequence[tuple[datetime, datetime]],
) -> tuple[Stretch, ...]:
    """Cut a lease into stretches, neighbours of one kind joined.

    `waits` are the spans in which a presence check waited for its answer.
    """
    cut: list[Stretch] = []
    before = since
    for beat in beats:
        for one in _of_beat(before, beat, waits):
            if cut and cut[-1].shown is one.shown and cut[-1].until == one.since:
                last = cut.pop()
                both = last.earned + one.earned
                cut.append(Stretch(last.since, one.until, one.shown, both))
            else:
                cut.append(one)
        before = beat.at
    return tuple(cut)


def _of_beat(
    before: datetime, beat: Beat, waits: Sequence[tuple[datetime, datetime]]
) -> Iterable[Stretch]:
    if beat.at <= before:
        return
    if not beat.earned:
        yield Stretch(before, beat.at, _why(before, beat, waits))
        return
    paid = timedelta(seconds=beat.earned)
    rest = beat.at - before - paid
    if rest <= _SLACK:
        yield Stretch(before, beat.at, Shown.CREDITED, beat.earned)
        return
    waited = min(rest, _waited(before, beat, waits))
    lost = rest - waited if beat.at - before > _LONGEST else timedelta()
    still, full = _halves(beat, beat.at - before - waited, rest - waited - lost)
    for shown, length in (
        (Shown.LOST, lost),
        (Shown.CHECK, waited),
        (Shown.CREDITED, paid),
        (Shown.STILL, still),
        (Shown.FULL, full),
    ):
        if length:
            earned = beat.earned if shown is Shown.CREDITED else 0
            yield Stretch(before, before + length, shown, earned)
            before += length


def _halves(
    beat: Beat, length: timedelta, rest: timedelta
) -> tuple[timedelta, timedelta]:
    """Part what was not paid: the film stood still, or went on for nothing.

    What went on and was not paid had been seen before, or the lesson or day was full.
    """
    still = max(timedelta(), min(rest, length - timedelta(seconds=beat.moved)))
    if still <= _MOMENT:
        return timedelta(), rest
    if rest - still <= _MOMENT:
        return rest, timedelta()
    return still, rest - still


def _why(
    before: datetime, beat: Beat, waits: Sequence[tuple[datetime, datetime]]
) -> Shown:
    if _waited(before, beat, waits):
        return Shown.CHECK
    if beat.state in _IDLE:
        return _IDLE[beat.state]
    return Shown.REFUSED if beat.moved else Shown.STILL


def _waited(
    before: datetime, beat: Beat, waits: Sequence[tuple[datetime, datetime]]
) -> timedelta:
    """Sum how long checks waited within a beat."""
    spans = ((max(asked, before), min(ended, beat.at)) for asked, ended in waits)
    return sum((end - start for start, end in spans if end > start), timedelta())


def summed(since: datetime, until: datetime, earned: int) -> tuple[Stretch, ...]:
    """Draw a lease whose beats are no longer kept: the sum alone is known."""
    paid = min(until, since + timedelta(seconds=earned))
    both = (
        Stretch(since, paid, Shown.SUM, earned),
        Stretch(paid, until, Shown.LOST),
    )
    return tuple(one for one in both if one.until - one.since > _SLACK or one.earned)
