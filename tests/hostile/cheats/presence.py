"""Presence checks that are skipped, guessed or answered for show."""

from __future__ import annotations

import time

from tests.hostile.cheats.registry import cheat
from tests.hostile.table import NotTried, Seat, Table

CHECK = "/study/check"


def _called(table: Table) -> Seat:
    """Sit where a check waits. Raises: NotTried where none can be had in time."""
    if table.hands.call is None:
        raise NotTried("checks come by chance, every ten minutes or so")
    seat = table.sit()
    table.hands.call(seat.lease)
    return seat


@cheat("play on while a check waits", "X06")
def ignore(table: Table) -> str:
    seat = _called(table)
    time.sleep(1.05)
    told = seat.beat(seat.at, seat.at).told
    if told.get("reason") != "check":
        table.foul(f"no check was called: {told.get('reason')}")
    for _ in range(3):
        time.sleep(1)
        seat.beat(seat.at, seat.at + 1)
    return "a check waits; three beats of a second each"
