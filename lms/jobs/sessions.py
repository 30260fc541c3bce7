"""Throw away sessions, codes and counts that have run out."""

from collections.abc import Mapping
from typing import Any

from lms.accounts import services as accounts
from lms.accounts.services import inviting
from lms.kernel.clock import Clock
from lms.kernel.work import HOUSE, unit_of_work


def run(clock: Clock, _ports: Mapping[type[Any], Any]) -> None:
    """Sweep once."""
    with unit_of_work(HOUSE, clock=clock) as work:
        accounts.sweep(work)
        inviting.expire(work)
