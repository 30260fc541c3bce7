"""Make the films that came in ready to be played, one after the other.

Each step ends in a unit of work of its own. Who is killed lets go of the film: the
next run looks at it again, or cuts it anew. What plays is named in the same unit of
work that calls the film ready, so nothing half made is ever shown.
"""

import errno
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from lms.catalogue import queries
from lms.catalogue.ports import FilmFacts, FilmLab, PartShelf, Stopped
from lms.catalogue.rules import FilmState
from lms.catalogue.services import film_work
from lms.catalogue.services.film_work import FilmTask
from lms.kernel.clock import Clock
from lms.kernel.db import db
from lms.kernel.errors import Refused, Unavailable
from lms.kernel.work import HOUSE, fail_point, reading, unit_of_work

Ports = Mapping[type[Any], Any]

_LEFT_BEHIND = timedelta(hours=1)
"""So old is what lies on the parts' disk before it is asked whose it is."""

log = structlog.get_logger("lms.jobs")


def run(clock: Clock, ports: Ports) -> None:
    """Make ready all that waits."""
    owner = f"{socket.gethostname()[:40]}:{os.getpid()}"
    try:
        while queries.film_waits(reading(), clock()):
            with unit_of_work(HOUSE, clock=clock) as work:
                task = film_work.take_film(work, owner)
            if task is None:
                return
            _Bench(clock, ports, task, owner).see_to()
    finally:
        db.session.remove()


@dataclass(frozen=True, slots=True)
class _Bench:
    """One film in hand."""

    clock: Clock
    ports: Ports
    task: FilmTask
    owner: str

    def see_to(self) -> None:
        """Look at the film and cut it; what is wrong is its author's to know.

        A store that is away is nobody's fault: the film is let go, and taken again.
        """
        log.info("film.taken", film=str(self.task.id), attempt=self.task.attempt)
        try:
            facts = self._checked()
            if facts is not None:
                self._cut(facts)
        except Stopped:
            log.info("film.stopped", film=str(self.task.id))
        except Refused as refused:
            told = {name: str(fact) for name, fact in refused.facts.items()}
            self._failed(refused.code, told)
        except Unavailable:
            log.exception("film.waits", film=str(self.task.id))
        except OSError as error:
            log.exception("film.failed", film=str(self.task.id))
            full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            self._failed("film.room" if full else "film.cut", {})
        db.session.remove()

    def _checked(self) -> FilmFacts | None:
        """Put together and look into what came, unless an earlier run did."""
        if self.task.state is FilmState.CUTTING and self.task.facts is not None:
            return self.task.facts
        lab: FilmLab = self.ports[FilmLab]
        sha256, bad = lab.join(self.task.id, self.task.parts, self._told)
        fail_point("film.joined")
        if bad:
            with unit_of_work(HOUSE, clock=self.clock) as work:
                film_work.film_damaged(work, self.task.id, self.owner, bad)
            return None
        facts = lab.look(self.task.id)
        with unit_of_work(HOUSE, clock=self.clock) as work:
            mine = film_work.film_checked(work, self.task.id, self.owner, sha256, facts)
        return facts if mine else None

    def _cut(self, facts: FilmFacts) -> None:
        lab: FilmLab = self.ports[FilmLab]
        cut = lab.cut(self.task.id, facts, self._told)
        fail_point("film.cut")
        with unit_of_work(HOUSE, clock=self.clock) as work:
            ready = film_work.film_ready(work, self.task.id, self.owner, cut)
        fail_point("film.ready")
        if ready:
            shelf: PartShelf = self.ports[PartShelf]
            shelf.drop(self.task.id)
            log.info("film.ready", film=str(self.task.id), bytes=cut.kept_bytes)

    def _told(self, done: int) -> bool:
        with unit_of_work(HOUSE, clock=self.clock) as work:
            return film_work.film_goes_on(work, self.task.id, self.owner, done)

    def _failed(self, code: str, facts: dict[str, str]) -> None:
        log.warning("film.refused", film=str(self.task.id), code=code)
        with unit_of_work(HOUSE, clock=self.clock) as work:
            film_work.film_failed(work, self.task.id, self.owner, code, facts)


def tidy(clock: Clock, ports: Ports) -> None:
    """Drop what was abandoned, and clear the disk of what no film needs."""
    shelf: PartShelf = ports[PartShelf]
    with unit_of_work(HOUSE, clock=clock) as work:
        film_work.drop_abandoned(work)
        gone: tuple[UUID, ...] = film_work.forget_dropped(work)
    for film_id in gone:
        shelf.drop(film_id)
    left = shelf.strangers(clock() - _LEFT_BEHIND)
    if left:
        with unit_of_work(HOUSE, clock=clock) as work:
            needed = film_work.needing_parts(work, left)
        for film_id in set(left) - needed:
            shelf.drop(film_id)
