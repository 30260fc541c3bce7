"""Look for accounts that may be one person's, so that no page has to."""

from collections.abc import Mapping
from typing import Any

from lms.kernel.clock import Clock
from lms.kernel.db import db
from lms.kernel.work import HOUSE, reading, unit_of_work
from lms.merges import queries, services
from lms.people.services import marking

CHUNK = 500


def run(clock: Clock, _ports: Mapping[type[Any], Any]) -> None:
    """Mark whom nobody marked yet, find who is alike, and keep what was found."""
    after = None
    while True:
        with unit_of_work(HOUSE, clock=clock) as work:
            after = marking.mark_some(work, after)
        if after is None:
            break
    found = queries.alike(reading())
    db.session.remove()
    kept = list(found.items())
    for start in range(0, len(kept), CHUNK):
        with unit_of_work(HOUSE, clock=clock) as work:
            services.keep_pairs(work, dict(kept[start : start + CHUNK]))
    with unit_of_work(HOUSE, clock=clock) as work:
        services.drop_pairs(work, found)
