"""Killed at any moment: what was answered stays, the rest is whole or absent.

Named places first, then moments by chance. `LMS_KILLS` sets how many there are of the
latter over all acts; `make test-long` asks for a thousand.
"""

from __future__ import annotations

import functools
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.kernel.db import db
from tests import shared
from tests.chaos import truths, witness
from tests.chaos.acts import ACTS
from tests.chaos.ground import Ground
from tests.chaos.nest import Command

STAGE = {"sit": "studied", "issue": "passed"}
COMMITS = {"study": 7, "sit": 3, "issue": 1, "confirm": 1, "buy": 5, "sign_up": 2}
COMMITS |= {"decide": 2, "film": 1}
OWN = {
    "decide": ("claim.decided:1", "claim.decided:2", "claim.applied:1"),
    "sit": ("exams.submit.before_mark:1",),
    "issue": ("credentials.printed:1", "credentials.written:1"),
    "confirm": ("commerce.fulfil.line:1", "commerce.settle.before_commit:1"),
    "buy": (
        "commerce.fulfil.line:1",
        "commerce.settle.before_commit:1",
        "commerce.event.before_commit:1",
    ),
}
NAMED = [
    (act, f"work.{place}:{nth}")
    for act, most in COMMITS.items()
    for nth in range(1, most + 1)
    for place in ("before_commit", "after_commit")
] + [(act, point) for act, points in OWN.items() for point in points]
CHANCES = int(os.environ.get("LMS_KILLS", "24")) // len(ACTS)
AGAIN = 600
"""Seconds until the person tries again."""


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = Ground(
        tmp_path_factory.mktemp("kill"), shared.demonstration(tmp_path_factory)
    )
    try:
        made.prepare()
        yield made
    finally:
        made.close()


def killed_and_tried_again(ground: Ground, command: Command) -> bool:
    """Kill an act, look, let the person try again, look again."""
    act = command.act
    ground.put_back(STAGE.get(act, "fresh"))
    end = ground.do(command)
    with ground.seen():
        truths.hold(db.session())
        truths.KEPT[act](db.session(), end.told, whole=not end.killed)
    if end.killed:
        again = ground.do(Command(act, at=AGAIN))
        assert not again.killed
        with ground.seen():
            truths.hold(db.session())
            truths.KEPT[act](db.session(), [*end.told, *again.told], whole=True)
    return end.killed


@pytest.mark.parametrize(("act", "point"), NAMED)
def test_an_act_killed_at_a_named_place_is_whole_or_absent(
    ground: Ground, act: str, point: str
) -> None:
    assert killed_and_tried_again(ground, Command(act, point))


@pytest.mark.parametrize("chance", range(CHANCES))
@pytest.mark.parametrize("act", ACTS)
def test_an_act_killed_at_any_moment_is_whole_or_absent(
    ground: Ground, act: str, chance: int
) -> None:
    moment = random.Random(f"{act} {chance}").uniform(0.001, ground.seconds[act])
    killed_and_tried_again(ground, Command(act, kill=moment))


WATCHED = ("study", "sit", "issue", "decide", "film")


@pytest.fixture
def watch(ground: Ground) -> None:
    if os.environ.get("LMS_TEST_ENGINE") == "postgresql":
        pytest.skip("this server is careless; test_power.py watches a careful one")
    if why_not():
        pytest.skip(why_not())


why_not = functools.cache(witness.why_not)


@pytest.mark.usefixtures("watch")
@pytest.mark.parametrize("act", WATCHED)
def test_nothing_is_answered_before_it_is_on_the_disk(
    ground: Ground, act: str, tmp_path: Path
) -> None:
    ground.put_back(STAGE.get(act, "fresh"))

    seen = ground.watched(act, tmp_path)

    assert "told" in seen
    assert not witness.too_early(seen, alone=True)


@pytest.mark.usefixtures("watch")
@pytest.mark.parametrize(
    ("act", "guard"),
    [("study", "OFF"), ("sit", "NORMAL"), ("issue", "OFF"), ("film", "fsync")],
)
def test_the_witness_sees_answers_that_come_too_early(
    ground: Ground, act: str, guard: str, tmp_path: Path
) -> None:
    """The control: a guard is left out."""
    ground.put_back(STAGE.get(act, "fresh"))

    assert witness.too_early(ground.watched(act, tmp_path, without=guard), alone=True)
