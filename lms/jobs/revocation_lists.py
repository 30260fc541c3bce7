"""Tell what the house's own roots revoked: a list for each, signed anew in time.

An alarm about a key is on its root's list within a minute; a list is never older than
a day, and good for three.
"""

from collections.abc import Mapping
from typing import Any

from lms.kernel.clock import Clock
from lms.kernel.work import HOUSE, unit_of_work
from lms.signing import services
from lms.signing.ports import KeyMaker


def run(clock: Clock, ports: Mapping[type[Any], Any]) -> None:
    """Sign what must be signed anew."""
    with unit_of_work(HOUSE, clock=clock) as work:
        services.make_lists(work, ports[KeyMaker])
