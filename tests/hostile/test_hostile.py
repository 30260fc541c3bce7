"""Cheats and an honest learner on a bad line in one house, over real HTTP.

The line loses a fifth each way; a minute of study is watched by the clock on the wall
while four cheats play beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.hostile.cheats import CHEATS
from tests.hostile.ground import Ground, prepare
from tests.hostile.lossy import lossy
from tests.hostile.rig import MINUTE, PASSWORD, PLAYERS, Rig, address, rig
from tests.hostile.score import Card, Verdict, line, play_all
from tests.hostile.table import Table
from tests.hostile.watcher import Watcher

LEAST = 30


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rig(tmp_path_factory.mktemp("hostile")) as running:
        yield running


@dataclass(frozen=True)
class Study:
    """What came of an honest minute. Units: `lost` in messages."""

    watcher: Watcher
    lost: int
    done: bool


@dataclass(frozen=True)
class Hour:
    """All that went on in the house at the same time."""

    cards: list[Card]
    study: Study


@pytest.fixture(scope="module")
def hour(house: Rig) -> Hour:
    """Share the cheats among four persons; a fifth studies at the same time."""
    with ThreadPoolExecutor(len(PLAYERS) + 1) as pool:
        study = pool.submit(_study, house)
        cards = pool.map(lambda place: _play(house, place), range(len(PLAYERS)))
        return Hour(list(cards), study.result())


@pytest.fixture
def cards(hour: Hour) -> list[Card]:
    return hour.cards


def _play(house: Rig, place: int) -> Card:
    name, share = PLAYERS[place], CHEATS[place :: len(PLAYERS)]
    ground = _ground(house, name)
    try:
        return play_all(Table(ground, hands=house.hands(name)), house.url, only=share)
    finally:
        ground.close()


def _study(house: Rig) -> Study:
    """Study one lesson of a minute while a fifth of what is sent is lost, each way."""
    with lossy(house.url, loss=0.2, seed=5) as bad:
        ground = prepare(bad.url, address("minute"), PASSWORD)
        (lesson,) = (one for one in ground.lessons if one.target == MINUTE)
        bad.clear = False
        watcher = Watcher(ground.me, lesson)
        watcher.watch()
        bad.clear = True
        done = ground.look()[lesson.id].done
        ground.close()
        return Study(watcher, bad.lost, done)


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


def test_a_minute_of_study_counts_on_a_line_that_loses_a_fifth(hour: Hour) -> None:
    study = hour.study

    assert study.lost > 0
    assert study.done
    assert study.watcher.credited == MINUTE
    assert study.watcher.credited / study.watcher.played >= 0.99
