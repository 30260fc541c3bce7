"""Print before the work that wants it, where keys lie outside the house.

A key elsewhere is asked over a network, and nobody may wait for a network while a unit
of work holds what others need. So a deed is tried: where it wants a print that only a
key elsewhere can seal, its work is rolled back, the print is made with nothing held,
and the deed is tried again. It takes the print if everything is as it was then: number,
facts, design, keys. A certificate is in the book with all its forms, or not at all.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar, cast

from lms.credentials.rules import CopyMark, Facts, PrintedRegistration
from lms.credentials.rules.files import Seals
from lms.kernel.errors import LmsError, Unavailable
from lms.kernel.held import at_work
from lms.kernel.work import Work
from lms.signing.rules import Ring

TRIES = 40
"""Others may take the number meanwhile, and one deed may want several prints."""

WAITS_FOR = {
    "signing.outside", "signing.outside_silent", "signing.outside_refused",
    "signing.outside_wrong", "signing.outside_busy",
}  # fmt: skip
"""Why a certificate waits in the queue rather than being refused."""

FRESH = timedelta(minutes=10)
"""A print that waited longer is made anew: its seal says when it was made."""

Said = Facts | PrintedRegistration | CopyMark
S = TypeVar("S", Facts, PrintedRegistration, CopyMark)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that a print says and is made of; equal ones give the same print.

    `beside` is what goes in beside the facts: pictures, a design.
    """

    said: Said
    beside: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ready:
    wanted: Wanted
    ring: Ring
    at: datetime
    made: object


class Owed(LmsError):
    """A print is wanted that must not be made within the work that wants it."""

    def __init__(self, make: Callable[[], None]) -> None:
        super().__init__("signing.outside_owed")
        self.fulfil = make


_TRAY: ContextVar[list[_Ready] | None] = ContextVar("printed_ahead", default=None)


def carried(
    begin: Callable[[], AbstractContextManager[Work]], deed: Callable[[Work], R]
) -> R:
    """Carry a deed out in one unit of work; what is sealed elsewhere is sealed before.

    Raises: Unavailable when a key elsewhere does not sign: then nothing was done.
    """
    emptied = _TRAY.set([])
    try:
        for _ in range(TRIES):
            try:
                with begin() as work:
                    return deed(work)
            except Owed as owed:
                owed.fulfil()
        raise Unavailable("signing.outside_busy")
    finally:
        _TRAY.reset(emptied)


def settled(said: S) -> S:
    """Give what was printed ahead, if it says the same: by its own code.

    Codes are drawn anew at each try; the one on the print is the one that counts.
    """
    for ready in reversed(_TRAY.get() or []):
        if type(ready.wanted.said) is type(said) and _bare(ready.wanted.said) == _bare(
            said
        ):
            return ready.wanted.said
    return said


def _bare(said: Said) -> Said:
    if isinstance(said, PrintedRegistration):
        return replace(said, token="", licence_id="")
    return replace(said, token="")


def sealed(seals: Seals, wanted: Wanted, make: Callable[[Seals], R]) -> R:
    """Have something printed and sealed: at once, or by what was printed ahead.

    Raises: Refused("signing.no_keys"); Owed; Unavailable where nobody carries the deed;
        what `make` raises.
    """
    tray = _TRAY.get()
    for ready in tray or ():
        same = ready.wanted == wanted and seals.at - ready.at < FRESH
        # The keys last of all: they may have been changed since, or called broken.
        if same and ready.ring == seals.lend():
            return cast("R", ready.made)

    def lend() -> Ring:
        ring = seals.lend()
        if ring.elsewhere and at_work():
            if tray is None:
                raise Unavailable("signing.outside_here")
            lent = Seals(seals.at, lambda: ring)
            raise Owed(lambda: tray.append(_Ready(wanted, ring, lent.at, make(lent))))
        return ring

    return make(Seals(seals.at, lend))
