"""Send what goes to many, beside what is owed to one: neither waits for the other."""

from collections.abc import Mapping
from typing import Any

from lms.jobs import messages
from lms.kernel.clock import Clock
from lms.notify.rules import Lane


def run(clock: Clock, ports: Mapping[type[Any], Any]) -> None:
    """Send the next of them."""
    messages.run(clock, ports, Lane.BULK)
