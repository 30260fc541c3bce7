"""Make the exports that were asked for, one after the other, a file at a time.

A file is written to its end or not at all: what was killed begins anew under a new key,
and only who still holds the lease can offer what was made.
"""

import os
import socket
from collections.abc import Mapping
from functools import partial
from typing import IO, Any

import structlog
from flask import Flask, current_app

from lms.exports import services
from lms.exports.ports import ExportShelf, ListMaker, Told
from lms.exports.rules import MOST_TRIES, Made, Task
from lms.kernel.clock import Clock, legal_day
from lms.kernel.db import db
from lms.kernel.errors import LmsError
from lms.kernel.work import HOUSE, fail_point, reading, unit_of_work, walking
from lms.reports import province
from lms.reports.ports import ReportPress
from lms.signing import queries as signing
from lms.signing.rules import association

Ports = Mapping[type[Any], Any]

log = structlog.get_logger("lms.jobs")


def run(clock: Clock, ports: Ports) -> None:
    """Make all that was asked for and agreed to."""
    try:
        while (task := _taken(clock)) is not None:
            make(clock, ports, task)
    finally:
        db.session.remove()


def _me() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


def _taken(clock: Clock) -> Task | None:
    with unit_of_work(HOUSE, clock=clock) as work:
        return services.take(work, _me())


def make(clock: Clock, ports: Ports, task: Task) -> None:
    """Make one export; what cannot be made is given up with its reason."""
    shelf: ExportShelf = ports[ExportShelf]
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - the proxy's own way to the app
    told = partial(_told, app, clock, task)
    if task.tries > MOST_TRIES:
        _failed(clock, task, "export.tries")
        return
    shelf.sweep()
    try:
        made = shelf.make(task.id, task.key, partial(_write, clock, ports, task, told))
    except LmsError as error:
        _failed(clock, task, error.code)
        return
    except Exception:
        # A full disk above all: who asked is told, and asks again.
        log.exception("export.failed", export=str(task.id))
        _failed(clock, task, "export.broken")
        return
    finally:
        db.session.remove()
    _offer(clock, shelf, task, made)


def _offer(clock: Clock, shelf: ExportShelf, task: Task, made: Made | None) -> None:
    """Offer what was made; what was cancelled meanwhile is removed."""
    ours = False
    if made is not None:
        fail_point("export.written")
        with unit_of_work(HOUSE, clock=clock) as work:
            ours = services.made(work, task.id, _me(), made)
    if not ours:
        shelf.remove(task.id)


def _failed(clock: Clock, task: Task, code: str) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        services.failed(work, task.id, _me(), code)


def _told(app: Flask, clock: Clock, task: Task, done: int) -> bool:
    """Note how far it is, apart from the session that goes through the rows."""
    with app.app_context(), unit_of_work(HOUSE, clock=clock) as work:
        ours = services.goes_on(work, task.id, _me(), done)
    fail_point("export.rows")
    return ours


def _write(
    clock: Clock, ports: Ports, task: Task, told: Told, out: IO[bytes]
) -> Made | None:
    period = task.narrowing.period
    if period is None:
        maker: ListMaker = ports[ListMaker]
        return maker.write(task, out, told)
    press: ReportPress = ports[ReportPress]
    now = clock()
    ring = signing.ring(reading(), association(task.association_id), now)
    rows = province.rows(walking(), task.association_id, period, legal_day(now))
    return press.press(task, rows, ring.credential, out, told)
