"""The cheats against a house of processes and a database, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.hostile.cheats import CHEATS
from tests.hostile.ground import Ground, prepare
from tests.hostile.rig import PASSWORD, PLAYERS, Rig, address, rig
from tests.hostile.score import Card, Verdict, line, play_all
from tests.hostile.table import Table

LEAST = 30


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rig(tmp_path_factory.mktemp("hostile")) as running:
        yield running


@pytest.fixture(scope="module")
def cards(house: Rig) -> list[Card]:
    """Share the cheats among four persons, who play at the same time."""
    shares = [CHEATS[place :: len(PLAYERS)] for place in range(len(PLAYERS))]

    def player(place: int) -> Card:
        ground = _ground(house, PLAYERS[place])
        try:
            table = Table(ground, hands=house.hands(PLAYERS[place]))
            return play_all(table, house.url, only=shares[place])
        finally:
            ground.close()

    with ThreadPoolExecutor(len(PLAYERS)) as pool:
        return list(pool.map(player, range(len(PLAYERS))))


def _ground(house: Rig, name: str) -> Ground:
    others = [(address("sitter"), PASSWORD)]
    return prepare(house.url, address(name), PASSWORD, others)


def test_no_cheat_earns_a_second(cards: list[Card]) -> None:
    lost = [
        line(0, score)
        for card in cards
        for score in card.scores
        if score.verdict in {Verdict.EARNED, Verdict.OPEN}
    ]
    assert not lost, "\n".join(lost)


def test_at_least_thirty_were_played(cards: list[Card]) -> None:
    scores = [score for card in cards for score in card.scores]
    played = [one for one in scores if one.verdict is Verdict.HELD]
    idle = {one.cheat for one in scores if one.verdict is Verdict.NOT_TRIED}

    assert len(played) >= LEAST
    assert not idle


def test_what_was_really_studied_counts(cards: list[Card]) -> None:
    """A house that credits nobody would hold too, and be worth nothing."""
    honest = {"replay one beat a thousand times", "fifty devices at once"}
    found = {s.cheat: s.earned for card in cards for s in card.scores}

    assert all(found[name] >= 1 for name in honest), found
