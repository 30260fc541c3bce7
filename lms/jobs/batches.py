"""Issue what the desks asked for at once, some persons at a time, and pack it.

A few certificates share a unit of work, so that a run can be killed anywhere and goes
on with the next persons. For speed several processes share a batch: each takes the next
lines that nobody holds.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy.exc import DBAPIError, OperationalError

from lms.credentials.ports import Printer
from lms.credentials.queries import batches as queries
from lms.credentials.queries.batches import BatchCard, FileRow
from lms.credentials.rules.batches import BatchState
from lms.credentials.services import batches, lines, packages, rehearsing
from lms.credentials.services.ahead import WAITS_FOR, carried
from lms.credentials.services.lines import Line
from lms.credentials.services.packages import PackTask
from lms.credentials.services.proofs import Proofs
from lms.credentials.services.rehearsing import Rehearsed
from lms.kernel.clock import Clock
from lms.kernel.db import db
from lms.kernel.errors import LmsError, NotFound, Refused, Unavailable
from lms.kernel.work import HOUSE, Actor, Work, reading, unit_of_work
from lms.reports.ports import BatchPacker

Ports = Mapping[type[Any], Any]
Done = TypeVar("Done")

AT_ONCE = 8
"""So many lines in one work: it waits for nobody's print, and a kill undoes no more."""

SLICE = 24
SOME = timedelta(seconds=5)
"""So many lines, or so long, between two looks at the lease."""

FEW = 100
"""A batch of fewer is done by the job process alone: others take seconds to start."""

_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0)

log = structlog.get_logger("lms.jobs")


def run(clock: Clock, ports: Ports) -> None:
    """Check, issue and pack all that was asked for."""
    try:
        for batch in _open():
            see_to(clock, ports, batch)
        pack(clock, ports)
        tidy(clock, ports)
    finally:
        db.session.remove()


def see_to(clock: Clock, ports: Ports, batch: BatchCard) -> None:
    """Do for a batch what its state asks for."""
    if batch.state is BatchState.CHECKING:
        check(clock, batch.id)
    else:
        issue(clock, ports, batch)


def _open() -> tuple[BatchCard, ...]:
    found = queries.open_batches(reading())
    db.session.remove()
    return found


def me() -> str:
    """Name this process, for a lease."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


def check(clock: Clock, batch_id: UUID) -> None:
    """Look who of a batch qualifies, some hundred in a unit of work."""
    more = True
    while more:
        with unit_of_work(HOUSE, clock=clock) as work:
            more = batches.check_next(work, batch_id)
        db.session.remove()


# -- issuing ---------------------------------------------------------------------


def issue(clock: Clock, ports: Ports, batch: BatchCard) -> None:
    """Work on a batch until nothing is left, it is stopped, or somebody else has it."""
    if not _taken(clock, batch.id):
        return
    helpers = _helpers(batch)
    try:
        ready = rehearse(clock, ports, batch)
        while ready:
            more = run_lines(clock, ports, batch, SLICE, before=ready.elsewhere)
            ready = ready if more and _taken(clock, batch.id) else None
            _aside(clock, ports, batch)
        while any(one.poll() is None for one in helpers) and _taken(clock, batch.id):
            time.sleep(0.2)
    finally:
        for one in helpers:
            one.terminate()
            one.wait()
    with unit_of_work(HOUSE, clock=clock) as work:
        batches.finish(work, batch.id)


def rehearse(clock: Clock, ports: Ports, batch: BatchCard) -> Rehearsed | None:
    """Be ready before a number is held; None where the batch cannot go on at all."""
    there, printer = batch.association_id, ports[Printer]
    try:
        return rehearsing.rehearse(reading(), clock(), there, printer)
    except Refused as refused:
        _halted(clock, batch.id, refused)
    except Unavailable as away:
        _awaited(batch.id, away)
    finally:
        db.session.remove()
    return None


def _awaited(batch_id: UUID, away: Unavailable) -> None:
    """Leave a batch as it is while keys elsewhere do not sign: it goes on by itself.

    Raises: Unavailable, for anything else that is away.
    """
    if away.code not in WAITS_FOR:
        raise away
    log.warning("batch.awaits", batch=str(batch_id), code=away.code)


def _aside(clock: Clock, ports: Ports, batch: BatchCard) -> None:
    """See to what is small in between: nobody waits behind a province."""
    if batch.todo < FEW:
        return
    for other in _open():
        if other.id != batch.id and other.todo < FEW:
            see_to(clock, ports, other)


def run_lines(
    clock: Clock,
    ports: Ports,
    batch: BatchCard,
    lines: int = SLICE,
    *,
    before: bool = False,
) -> bool:
    """Do some lines, for some seconds; tell whether there may be more.

    With keys elsewhere it prints `before` each work, one by one: what was signed there
    is not thrown away where the service falls silent.
    """
    actor = Actor(batch.asked_by, association_id=batch.association_id)
    runner = Runner(clock, actor, ports[Printer], batch.id, before=before)
    after, left, until = 0, lines, clock() + SOME
    while left > 0:
        most = 1 if before else min(left, AT_ONCE)
        done = patiently(partial(runner.some, after, most))
        db.session.remove()
        if not done:
            return False
        after, left = done[-1].n, left - len(done)
        if clock() > until:
            break
    return True


def patiently(do: Callable[[], Done]) -> Done:
    """Do something again that met a lock too long held, or a server that was away."""
    for pause in _PAUSES:
        try:
            return do()
        except OperationalError as error:
            log.warning("batch.again", pause=pause, why=type(error.orig).__name__)
            db.session.remove()
            time.sleep(pause)
    return do()


@dataclass(frozen=True, slots=True)
class Runner:
    """Does lines of one batch. Who asked for it is who acts.

    `before` where keys lie elsewhere: then it prints before its works.
    """

    clock: Clock
    actor: Actor
    printer: Printer
    batch_id: UUID
    before: bool = False

    def some(self, after: int = 0, most: int = 1) -> tuple[Line, ...]:
        """Issue for the next persons, or write down why not.

        What breaks for some is tried for each alone: what is broken in one person's
        facts is told of and keeps nobody else waiting. What is broken for everybody
        (no keys, no signer, no database) is no person's fault.
        """
        turn = _Turn(self.batch_id, after, most, self.printer)
        try:
            turn.proofs = self._printed_before(after, most)
            carried(self._begin, turn.take)
        except Unavailable as away:
            _awaited(self.batch_id, away)
            return ()
        except DBAPIError:
            raise
        except Exception as error:
            if not turn.lines:
                raise
            return self._alone(turn.lines, error)
        return turn.lines

    def _begin(self) -> AbstractContextManager[Work]:
        return unit_of_work(self.actor, clock=self.clock)

    def _printed_before(self, after: int, most: int) -> Proofs | None:
        """Print before the work begins, where a work keeps all other writers waiting.

        What fails here fails there again, where it can be told of.
        """
        session = reading()
        if not self.before and session.get_bind().dialect.name != "sqlite":
            return None
        try:
            waiting = lines.waiting(session, self.batch_id, after, most)
            now = self.clock()
            return (
                lines.prepare(session, now, waiting, self.printer) if waiting else None
            )
        except Unavailable:
            raise
        except Exception:
            return None

    def _alone(self, taken: tuple[Line, ...], error: Exception) -> tuple[Line, ...]:
        if isinstance(error, LmsError) and error.code == "signing.no_keys":
            _halted(self.clock, self.batch_id, error)
            return ()
        if len(taken) > 1:
            return taken if all(self.some(line.n - 1) for line in taken) else ()
        (line,) = taken
        if not isinstance(error, LmsError):
            log.error(
                "batch.broken", batch=str(line.batch_id), n=line.n, exc_info=error
            )
            error = Refused("batch.broken")
        reasons, characters = lines.why(error)
        with self._begin() as work:
            lines.refuse(work, line, reasons, characters)
        return taken


@dataclass(slots=True)
class _Turn:
    """The lines whose turn it is; what is owed elsewhere lets it be tried again."""

    batch_id: UUID
    after: int
    most: int
    printer: Printer
    proofs: Proofs | None = None
    lines: tuple[Line, ...] = ()

    def take(self, work: Work) -> None:
        self.lines = lines.claim(work, self.batch_id, self.after, self.most)
        if self.lines:
            lines.fulfil(work, self.lines, self.printer, self.proofs)


def _halted(clock: Clock, batch_id: UUID, why: LmsError) -> None:
    log.warning("batch.halted", batch=str(batch_id), code=why.code)
    with unit_of_work(HOUSE, clock=clock) as work:
        batches.halt(work, batch_id)


def _taken(clock: Clock, batch_id: UUID) -> bool:
    with unit_of_work(HOUSE, clock=clock) as work:
        return batches.take(work, batch_id, me())


def _helpers(batch: BatchCard) -> list["subprocess.Popen[bytes]"]:
    """Start the other processes that share a large batch."""
    wanted = current_app.extensions["lms.settings"].batch_workers
    if batch.todo < FEW:
        return []
    command = (sys.executable, "-m", "flask", "--app", "app", "issue-batch")
    return [
        subprocess.Popen((*command, str(batch.id), str(os.getpid())))
        for _each in range(wanted - 1)
    ]


def help_with(clock: Clock, ports: Ports, batch_id: UUID, parent: int) -> None:
    """Do lines of a batch while its owner lives and there are some."""
    card = next((each for each in _open() if each.id == batch_id), None)
    ready = rehearse(clock, ports, card) if card else None
    if card is None or ready is None or ready.elsewhere:
        return  # A service elsewhere is asked by one.
    while os.getppid() == parent:
        if not run_lines(clock, ports, card):
            return


# -- packages --------------------------------------------------------------------


def pack(clock: Clock, ports: Ports) -> None:
    """Make the packages that were asked for, one after the other."""
    owner = me()
    while True:
        with unit_of_work(HOUSE, clock=clock) as work:
            task = packages.take_package(work, owner)
        if task is None:
            return
        _make(clock, ports[BatchPacker], task, owner)


def _make(clock: Clock, packer: BatchPacker, task: PackTask, owner: str) -> None:
    def told(done: int) -> bool:
        with unit_of_work(HOUSE, clock=clock) as work:
            return packages.package_goes_on(work, task.id, owner, done)

    try:
        size = packer.make(task, _opened(task), told)
    except (OSError, LmsError):
        # A full disk above all: who asked is told, and asks again.
        log.exception("package.failed", package=str(task.id))
        packer.remove(task.id)
        with unit_of_work(HOUSE, clock=clock) as work:
            packages.package_failed(work, task.id, owner)
        return
    if size is not None:
        with unit_of_work(HOUSE, clock=clock) as work:
            ours = packages.package_made(work, task.id, owner, size)
        if not ours:
            # Somebody in it was forgotten meanwhile: nothing opens it any more.
            packer.remove(task.id)


def _opened(task: PackTask) -> Iterator[tuple[FileRow, bytes | None]]:
    for row in queries.files(reading(), task.batch_id, task.kinds):
        try:
            yield row, queries.opened(reading(), row)
        except NotFound:
            yield row, None


def tidy(clock: Clock, ports: Ports) -> None:
    """Remove packages whose time is over, and batches that nobody started."""
    with unit_of_work(HOUSE, clock=clock) as work:
        gone = packages.end_packages(work)
        batches.drop_unstarted(work)
    packer: BatchPacker = ports[BatchPacker]
    for pack_id in gone:
        packer.remove(pack_id)
