"""Close the leases of pages that went silent, and the checks they left."""

from lms.kernel.clock import Clock
from lms.kernel.work import HOUSE, unit_of_work
from lms.learning import services as learning

MOST = 2000
"""How many at one run; the next run is seconds away."""


def run(clock: Clock, _ports: object = None) -> int:
    """Close silent leases, one a unit of work, and say how many."""
    with unit_of_work(HOUSE, clock=clock) as work:
        learning.expire_checks(work)
    for closed in range(MOST):
        with unit_of_work(HOUSE, clock=clock) as work:
            if not learning.close_silent(work, limit=1):
                return closed
    return MOST
