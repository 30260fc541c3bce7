"""Draw the pages of documents that came in, one document after the other.

Who is killed lets go of the document: the next run draws it anew. Its pages are named
in the unit of work that calls it ready, so nothing half drawn is ever shown.
"""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from lms.catalogue import queries
from lms.catalogue.ports import DocumentPress, Stopped
from lms.catalogue.services import document_work
from lms.catalogue.services.document_work import DocumentTask
from lms.kernel.clock import Clock
from lms.kernel.db import db
from lms.kernel.errors import Refused, Unavailable
from lms.kernel.work import HOUSE, fail_point, reading, unit_of_work

Ports = Mapping[type[Any], Any]

_LEFT_BEHIND = timedelta(hours=1)
"""So old is what lies on the disk before it is asked whose it is."""

log = structlog.get_logger("lms.jobs")


def run(clock: Clock, ports: Ports) -> None:
    """Draw all that waits."""
    owner = f"{socket.gethostname()[:40]}:{os.getpid()}"
    try:
        while queries.document_waits(reading(), clock()):
            with unit_of_work(HOUSE, clock=clock) as work:
                task = document_work.take_document(work, owner)
            if task is None:
                return
            _Table(clock, ports[DocumentPress], task, owner).see_to()
    finally:
        db.session.remove()


@dataclass(frozen=True, slots=True)
class _Table:
    """One document in hand."""

    clock: Clock
    press: DocumentPress
    task: DocumentTask
    owner: str

    def see_to(self) -> None:
        """Draw it; what is wrong is its author's to know.

        A store that is away is nobody's fault: the document is let go, and taken again.
        """
        name = str(self.task.id)
        try:
            self._draw()
        except Stopped:
            log.info("document.stopped", document=name)
        except Refused as refused:
            self._failed(refused.code)
        except Unavailable:
            log.exception("document.waits", document=name)
        except (OSError, ValueError, KeyError, TypeError):
            # What the fenced-in process said was nonsense, or the disk is full.
            log.exception("document.failed", document=name)
            self._failed("document.unreadable")
        db.session.remove()

    def _draw(self) -> None:
        drawn = self.press.draw(self.task.id, self._told)
        fail_point("document.drawn")
        with unit_of_work(HOUSE, clock=self.clock) as work:
            ready = document_work.document_ready(work, self.task.id, self.owner, drawn)
        if ready:
            self.press.drop(self.task.id)
            log.info("document.ready", document=str(self.task.id))

    def _told(self, done: int) -> bool:
        with unit_of_work(HOUSE, clock=self.clock) as work:
            return document_work.document_goes_on(work, self.task.id, self.owner, done)

    def _failed(self, code: str) -> None:
        log.warning("document.refused", document=str(self.task.id), code=code)
        with unit_of_work(HOUSE, clock=self.clock) as work:
            document_work.document_failed(work, self.task.id, self.owner, code)


def tidy(clock: Clock, ports: Ports) -> None:
    """Drop what no lesson names, and clear the disk of what no document needs."""
    press: DocumentPress = ports[DocumentPress]
    with unit_of_work(HOUSE, clock=clock) as work:
        document_work.drop_unnamed_documents(work)
        gone = document_work.forget_dropped_documents(work)
    for document_id in gone:
        press.drop(document_id)
    left = press.strangers(clock() - _LEFT_BEHIND)
    if left:
        with unit_of_work(HOUSE, clock=clock) as work:
            needed = document_work.documents_waiting(work, left)
        for document_id in set(left) - needed:
            press.drop(document_id)
