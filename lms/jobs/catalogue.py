"""Take off sale what is overdue, and clear away media that nothing shows."""

from datetime import timedelta
from typing import Any

import structlog

from lms.catalogue import services
from lms.catalogue.ports import DocumentPress, MediaStore, PartShelf
from lms.jobs import documents, films
from lms.kernel.clock import Clock, legal_day
from lms.kernel.work import HOUSE, unit_of_work

log = structlog.get_logger("lms.jobs")

Ports = dict[type[Any], Any]

KEPT = timedelta(hours=24)
"""So long a stored film may wait for the lesson that it was uploaded for."""

MOST = 500


def run(clock: Clock, ports: Ports) -> None:
    """Do one round."""
    if PartShelf in ports:
        films.tidy(clock, ports)
    if DocumentPress in ports:
        documents.tidy(clock, ports)
    with unit_of_work(HOUSE, clock=clock) as work:
        retired = services.retire_overdue(work, legal_day(work.now))
    if retired:
        log.info("courses.retired", count=retired)
    _clear(clock, ports[MediaStore])


def _clear(clock: Clock, store: MediaStore) -> None:
    """Remove old media that no version names: replaced films, lost uploads."""
    before = clock() - KEPT
    store.drop_drafts(before)
    old = store.older(before)
    for start in range(0, len(old), MOST):
        with unit_of_work(HOUSE, clock=clock) as work:
            lost = services.forget_unnamed(work, old[start : start + MOST])
        # The shelf forgets first: a file without a row hurts nobody.
        for key in lost:
            store.drop(key)
        if lost:
            log.info("media.cleared", count=len(lost))
