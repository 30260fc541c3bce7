"""Have certificates stamped that were signed, a few at a time, where it is wished.

No certificate waits for it, and none is harmed when the authority is silent: it is
asked again, ever more rarely. What went wrong is forgotten when the process ends.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from lms.credentials.ports import LongTerm
from lms.credentials.queries.lasting import Signed, open_signed, without_long_term
from lms.credentials.rules import FileKind
from lms.credentials.services.longterm import keep_long_term
from lms.kernel.clock import Clock
from lms.kernel.db import db
from lms.kernel.errors import NotFound, Refused, Unavailable
from lms.kernel.work import HOUSE, reading, unit_of_work
from lms.signing import queries as signing

_MANY = 10
"""So many a run: an authority is asked politely."""

_FIRST, _LONGEST = timedelta(minutes=2), timedelta(hours=6)
_TRIES = 3
_OVERLAP = timedelta(hours=1)
"""Works that began before others ended are looked for once more."""

log = structlog.get_logger("lms.jobs")


@dataclass(slots=True)
class Pace:
    """How the work went so far."""

    rests_until: datetime | None = None
    wait: timedelta = _FIRST
    since: datetime | None = None
    failed: Counter[Signed] = field(default_factory=Counter)

    def spared(self) -> frozenset[Signed]:
        """Name those that are not tried again."""
        tried = self.failed.items()
        return frozenset(one for one, times in tried if times >= _TRIES)

    def rest(self, now: datetime) -> None:
        """Ask again later, and later still when that fails too."""
        self.rests_until = now + self.wait
        self.wait = min(2 * self.wait, _LONGEST)


_pace = Pace()


def run(clock: Clock, ports: Mapping[type[Any], Any]) -> None:
    """Stamp what waits, if an authority was named."""
    if LongTerm in ports:
        stamp(clock, ports[LongTerm], _pace)


def stamp(clock: Clock, authority: LongTerm, pace: Pace) -> int:
    """Stamp some files of certificates and say how many."""
    now = clock()
    if pace.rests_until and now < pace.rests_until:
        return 0
    waiting = without_long_term(reading(), _MANY, since=pace.since, but=pace.spared())
    done = 0
    for one in waiting:
        try:
            done += _one(clock, authority, one)
        except Unavailable as silent:
            log.warning("stamping.unavailable", code=silent.code)
            pace.failed[one] += 1
            pace.rest(now)
            return done
        except (NotFound, Refused) as never:
            log.warning("stamping.passed_over", code=never.code)
            pace.failed[one] = _TRIES
    pace.wait, pace.rests_until = _FIRST, None
    if not waiting:
        pace.since = now - _OVERLAP
    return done


def _one(clock: Clock, authority: LongTerm, one: Signed) -> bool:
    """Stamp one file; nothing is locked while the authority thinks."""
    data = open_signed(reading(), one)
    lists = signing.document_lists(reading())
    db.session.remove()
    if one.kind is FileKind.PDF:
        made = authority.extend(data, clock(), lists)
    else:
        made = authority.seal(data, clock())
    with unit_of_work(HOUSE, clock=clock) as work:
        return keep_long_term(work, one, made)
