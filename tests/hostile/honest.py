"""An honest learner on a bad line: the page of static/js, simulated to the second.

Months of study would not fit in a test, so time is simulated here, without HTTP;
`test_hostile.py` has a minute of it by the clock on the wall, over HTTP.

The server's part is the house's own: `hear` judges each beat against a lease's row, and
a lease that was silent too long is lost. The page's part follows player-line.js and
player.js: one beat under way, copies of it until one is answered, the film sent back to
where the server stands, stopped after a minute without a word.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from lms.kernel.ids import new_id
from lms.learning.rules import Claim, State, beat_interval
from lms.learning.services.beats import Beat, hear
from lms.learning.services.rows import LeaseRow

START = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
HEDGE = 3.0
MOST_COPIES = 10
SLOW_RETRY = 8.0
GIVE_UP = 20.0
STOP_UNHEARD = 55.0
STALE = 150.0
TICK = 0.25


@dataclass
class World:
    """A clock that jumps from one event to the next. Units: seconds."""

    now: float = 0.0
    _queue: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _count: itertools.count[int] = field(default_factory=itertools.count)

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        place = (self.now + seconds, next(self._count), act)
        heapq.heappush(self._queue, place)

    def run(self, until: Callable[[], bool]) -> None:
        while self._queue and not until():
            self.now, _, act = heapq.heappop(self._queue)
            act()

    @property
    def instant(self) -> datetime:
        return START + timedelta(seconds=self.now)


@dataclass
class Line:
    """What is lost, and how long the rest takes. Each way is lost by itself."""

    world: World
    dice: random.Random
    loss: float = 0.0
    outage: float = 0.0
    every: float = 900.0

    def carry(self, act: Callable[[], None]) -> None:
        """Bring something to the other end, or not."""
        if self._down(self.world.now) or self.dice.random() < self.loss:
            return
        took = min(8.0, 0.05 + self.dice.expovariate(1 / 0.4))
        if self._down(self.world.now + took):
            return
        self.world.after(took, act)

    def _down(self, moment: float) -> bool:
        return self.outage > 0 and moment % self.every > self.every - self.outage


class House:
    """Leases and beats of one person in one lesson, by the house's own rules."""

    def __init__(self, world: World, seconds: int, mark: datetime) -> None:
        self._world = world
        self._seconds = seconds
        self._row: LeaseRow | None = None
        self._asked: UUID | None = None
        self.mark = mark

    def open(self, ask: UUID) -> dict[str, object]:
        """Give a lease; a copy of the same question hears of the same one."""
        if self._row is None or ask != self._asked:
            self._asked = ask
            self._row = self._fresh(self._row)
        row = self._row
        return {
            "lease": row.id,
            "seq": row.seq,
            "nonce": row.nonce,
            "interval": beat_interval(self._seconds),
            "position": row.position,
        }

    def _fresh(self, old: LeaseRow | None) -> LeaseRow:
        now = self._world.instant
        return LeaseRow(
            id=new_id(),
            person_id=new_id(),
            study_id=new_id(),
            last_beat_at=now,
            ended_at=None,
            ended_why=None,
            seq=0,
            nonce="first",
            answer="",
            credited_seconds=0,
            film_seconds=self._seconds,
            target_seconds=self._seconds,
            top_rate=100,
            daily_cap_seconds=None,
            mark=max(old.mark if old else self.mark, now),
            day=now.date(),
            day_seconds=0,
            watched=old.watched if old else "[]",
            study_seconds=old.study_seconds if old else 0,
            furthest=old.furthest if old else 0,
            position=old.position if old else 0,
            questions_open=0,
            boot="",
            lag_ms=0,
            clock_steps=0,
            gap_squares=0,
            beats_hash=bytes(32),
            check_at=None,
            check_id=None,
        )

    def beat(self, beat: Beat) -> tuple[bool, dict[str, object]] | None:
        """Hear a beat; what comes for another lease is told nothing here."""
        row = self._row
        if row is None or beat.lease != row.id:
            return None
        now = self._world.instant
        heard = hear(row, beat, now, None)
        if heard.values is not None:
            moved = dict(heard.values)
            moved["last_beat_at"] = moved.pop("at")
            moved["credited_seconds"] = moved.pop("credited")
            row = row._replace(**moved)  # type: ignore[arg-type]  # facts of several types
        if heard.ends is not None:
            row = row._replace(ended_at=heard.ended_at or now, ended_why=heard.ends)
        self._row, self.mark = row, row.mark
        return heard.answer.in_step, heard.answer.told


class Page:
    """The player of one lesson, from the first touch to the tick of completion."""

    def __init__(
        self, world: World, line: Line, house: House, seconds: int, hedge: float
    ) -> None:
        self._world, self._line, self._house = world, line, house
        self._hedge = hedge
        self._film = float(seconds)
        self._lease: UUID | None = None
        self._seq, self._nonce = 0, ""
        self._interval = 30.0
        self._from = 0.0
        self._head, self._moved_at, self._playing = 0.0, world.now, False
        self._heard_at = world.now
        self._turn = 0
        self._beating = self._opening = self._waits_for_line = False
        self.done = False
        self.credited = 0
        self._start()
        self._tick()

    @property
    def _playhead(self) -> float:
        passed = self._world.now - self._moved_at if self._playing else 0.0
        return min(self._film, self._head + passed)

    @property
    def _pending(self) -> float:
        return max(0.0, self._playhead - self._from)

    def _set(self, *, head: float | None = None, playing: bool | None = None) -> None:
        self._head = self._playhead if head is None else head
        self._moved_at = self._world.now
        self._playing = self._playing if playing is None else playing

    def _start(self) -> None:
        self._set(playing=True)
        stale = self._world.now - self._heard_at > STALE
        if self._lease is None or stale:
            self._open()
        else:
            self._schedule()

    def _open(self) -> None:
        if self._opening:
            return
        self._opening, self._lease = True, None
        ask = new_id()

        def again(copies: int) -> None:
            if not self._opening:
                return
            self._line.carry(lambda: self._line.carry(self._opened(ask)))
            gap = self._hedge if copies < MOST_COPIES else max(self._hedge, SLOW_RETRY)
            self._world.after(gap, lambda: again(copies + 1))

        again(1)

    def _opened(self, ask: UUID) -> Callable[[], None]:
        told = self._house.open(ask)

        def heard() -> None:
            if not self._opening:
                return
            self._opening, self._heard_at = False, self._world.now
            self._lease, self._nonce = told["lease"], str(told["nonce"])  # type: ignore[assignment]  # an answer of JSON
            self._seq, self._interval = int(told["seq"]), float(told["interval"])  # type: ignore[call-overload, arg-type]  # an answer of JSON
            self._back(float(told["position"]))  # type: ignore[arg-type]  # an answer of JSON
            self._schedule()

        return heard

    def _back(self, position: float) -> None:
        self._from = position
        self._set(head=position)

    def _schedule(self) -> None:
        self._turn += 1
        turn = self._turn
        due = max(min(5.0, self._interval), self._interval - self._pending)

        def flush() -> None:
            if turn == self._turn:
                self._flush()

        self._world.after(due, flush)

    def _flush(self) -> None:
        self._turn += 1
        if self.done or self._lease is None or self._beating:
            return
        self._beating = True
        lease, seq = self._lease, self._seq + 1

        def again(copies: int) -> None:
            if not self._beating or self._lease != lease:
                return
            start = int(self._from)
            claim = Claim(start, max(start, int(self._playhead)), State.PLAYING)
            beat = Beat(lease, seq, self._nonce, claim)
            self._line.carry(lambda: self._answered(beat))
            gap = self._hedge if copies < MOST_COPIES else max(self._hedge, SLOW_RETRY)
            self._world.after(gap, lambda: again(copies + 1))

        again(1)

    def _answered(self, beat: Beat) -> None:
        told = self._house.beat(beat)
        if told is not None:
            self._line.carry(lambda: self._heard(beat, *told))

    def _heard(self, beat: Beat, in_step: bool, told: dict[str, object]) -> None:
        if not self._beating or beat.lease != self._lease or beat.seq != self._seq + 1:
            return
        self._beating, self._heard_at = False, self._world.now
        self.credited = int(told["credited"])  # type: ignore[call-overload]  # an answer of JSON
        if in_step and told["done"]:
            self.done = True
            return
        if not in_step and told["code"] != "lease.out_of_step":
            self._lease = None
            self._start()
            return
        self._seq, self._nonce = int(told["seq"]), str(told["nonce"])  # type: ignore[call-overload]  # an answer of JSON
        self._from = float(told["position"])  # type: ignore[arg-type]  # an answer of JSON
        if told.get("seek") or not in_step:
            self._back(self._from)
        if self._waits_for_line:
            self._waits_for_line = False
            self._start()
        else:
            self._schedule()

    def _tick(self) -> None:
        if self.done:
            return
        if self._playing and self._pending > STOP_UNHEARD:
            self._waits_for_line = True
            self._set(playing=False)
        if self._playhead >= self._film and not self._beating and self._pending >= 0:
            # The film has ended: the page tells it at once.
            self._flush()
        self._world.after(TICK, self._tick)


@dataclass(frozen=True)
class Weather:
    """How bad the line is. Units: `loss` of one, each way; `outage` in seconds."""

    loss: float = 0.0
    outage: float = 0.0
    hedge: float = HEDGE


def study(weather: Weather, *, lessons: int, seconds: int, seed: int) -> float:
    """Study some lessons in a row; give the share of the real time that counted."""
    world = World()
    line = Line(world, random.Random(seed), weather.loss, weather.outage)
    mark, credited = START, 0
    for _ in range(lessons):
        house = House(world, seconds, mark)
        page = Page(world, line, house, seconds, weather.hedge)
        world.run(lambda page=page: page.done)  # type: ignore[misc]  # bound as it is now
        mark, credited = house.mark, credited + page.credited
    return credited / world.now
