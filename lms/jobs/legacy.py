"""Take agreed files of old platforms over, some rows at a time, and tidy the desks."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from lms.kernel.clock import Clock, legal_day
from lms.kernel.db import db
from lms.kernel.work import HOUSE, reading, unit_of_work
from lms.legacy import queries
from lms.legacy.services import files, linking, taking


def run(clock: Clock, _ports: Mapping[type[Any], Any]) -> None:
    """Go on with every file that two persons agreed to, until its last row."""
    try:
        open_files = queries.taking(reading())
        db.session.remove()
        for import_id in open_files:
            _take(clock, import_id)
    finally:
        db.session.remove()


def _take(clock: Clock, import_id: UUID) -> None:
    rows = taking.read_ahead(reading(), import_id, legal_day(clock()))
    more = bool(rows)
    while more:
        with unit_of_work(HOUSE, clock=clock) as work:
            more = taking.take_some(work, import_id, rows)
        db.session.remove()


def tidy(clock: Clock) -> None:
    """Let go drafts of last week, and records that nobody asked for in years."""
    with unit_of_work(HOUSE, clock=clock) as work:
        files.drop_old(work)
        linking.drop_old(work, legal_day(work.now))
