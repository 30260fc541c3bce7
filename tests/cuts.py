"""Let a process lose its power in the middle of a deed."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable

from lms.kernel.db import db
from lms.kernel.work import arm

CUT = 137
"""How a process ends that a fail point killed."""


def power_cut(place: str, deed: Callable[[], object], nth: int = 1) -> None:
    """Do something in a process that dies at the nth passing of a place.

    Raises: AssertionError if it got past that place, or failed before it.
    """

    def doomed() -> None:
        arm(place, nth)
        deed()

    assert end_of(in_a_process(doomed)) == CUT


def in_a_process(do: Callable[[], object]) -> int:
    """Let a process of its own do it, with connections of its own; give its id."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        do()
        code = 0
    except BaseException:
        # Nobody else will tell: the child never comes back to pytest.
        traceback.print_exc()
    finally:
        os._exit(code)


def end_of(child: int) -> int:
    """Wait for a process; give how it ended."""
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)
