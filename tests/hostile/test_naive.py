"""The control: a house that believes its visitors must be found out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.hostile.cheats import CHEATS, Cheat
from tests.hostile.ground import prepare
from tests.hostile.naive import naive_house
from tests.hostile.score import Score, Verdict, play
from tests.hostile.table import Table

NOTHING_TO_GUESS = {"guess at the questions within a lesson"}


def _alone(cheat: Cheat) -> Score:
    """Play one cheat in a believing house of its own."""
    with naive_house() as (url, hands):
        ground = prepare(url, "anybody", "anything", [("another", "anything")])
        try:
            return play(Table(ground, hands), cheat)
        finally:
            ground.close()


def test_a_house_that_believes_its_visitors_fails_every_cheat() -> None:
    with ThreadPoolExecutor(12) as pool:
        scores = list(pool.map(_alone, CHEATS))

    idle = {one.cheat for one in scores if one.verdict is Verdict.NOT_TRIED}
    held = {one.cheat for one in scores if one.verdict is Verdict.HELD}
    assert idle == NOTHING_TO_GUESS
    assert held == set()
    assert sum(one.unearned > 0 for one in scores) >= 30
