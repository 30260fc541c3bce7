"""The list of cheats, in the order in which they are played."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.hostile.table import Table

Play = Callable[[Table], str]


@dataclass(frozen=True)
class Cheat:
    """One way to earn what was not studied. `play` tells what was tried."""

    name: str
    play: Play
    abuse: str


CHEATS: list[Cheat] = []


def cheat(name: str, abuse: str = "X02") -> Callable[[Play], Play]:
    """Add a cheat to the list; `abuse` names the case of the threat model."""

    def add(play: Play) -> Play:
        CHEATS.append(Cheat(name, play, abuse))
        return play

    return add
