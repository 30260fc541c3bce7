"""The power fails, or the disk is full: what was answered is kept, the rest refused.

Simulated: memory that no one brought to the disk is gone, of programs and of the kernel
(tests/chaos/medium.py), and database and file system recover by their own journals. Not
simulated: a disk that says it wrote and did not, that writes half a sector, or that has
a cache of its own which it writes in another order. A second test reads the order of
the system calls themselves (test_order.py).

`LMS_CUTS` sets how many moments by chance there are; `make test-long` asks for sixty.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests import shared
from tests.chaos import medium, witness
from tests.chaos.acts import ACTS
from tests.chaos.powered import ON_SERVER, Powered

pytestmark = pytest.mark.skipif(bool(medium.why_not()), reason=medium.why_not())

CUTS = {
    "study": (1, 6),
    "sit": (3,),
    "issue": (1,),
    "confirm": (1,),
    "decide": (2,),
    "film": (1,),
    "sign_up": (1,),
    "buy": (3,),
}
"""After which answers of each act the power fails. One act follows the other."""

STAGE = {"sit": "studied", "issue": "passed"}
CHANCES = int(os.environ.get("LMS_CUTS", "2"))
BY_CHANCE = ("study", "sit", "issue", "decide", "film", "buy")


@pytest.fixture(scope="module")
def powered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Powered]:
    # Not pytest's folder: whoever tidies that up elsewhere would stumble over a disk.
    with TemporaryDirectory(prefix="lms-power-", ignore_cleanup_errors=True) as folder:
        made = Powered(Path(folder), shared.demonstration(tmp_path_factory))
        try:
            yield made
        finally:
            made.close()


def test_what_was_answered_outlives_the_power(powered: Powered) -> None:
    for act, answers in CUTS.items():
        life = powered.begin(act)
        while life.listen():
            if len(life.told) in answers:
                powered.cut(act, life)
        assert not life.end().killed
        assert len(life.told) >= max(answers)


@pytest.mark.parametrize("chance", range(CHANCES))
def test_the_power_may_fail_at_any_moment(powered: Powered, chance: int) -> None:
    powered.put_back("fresh")
    for act in BY_CHANCE:
        moment = random.Random(f"{act} {chance}")
        life = powered.begin(act)
        for _ in range(moment.randrange(3)):
            life.listen()
        time.sleep(moment.uniform(0, 0.05))
        powered.cut(act, life)
        life.end()


def loses(powered: Powered, act: str, *, without: str = "") -> bool:
    """Cut the power after each answer, until what was answered is not there."""
    life = powered.begin(act, without=without)
    while life.listen():
        try:
            powered.cut(act, life)
        except AssertionError:
            return True
    return False


@pytest.mark.skipif(ON_SERVER, reason="of SQLite's own setting")
@pytest.mark.parametrize("level", ["NORMAL", "OFF"])
def test_a_careless_file_loses_what_was_answered(powered: Powered, level: str) -> None:
    """The control: commits that nobody brings to the disk."""
    powered.put_back("fresh")

    assert loses(powered, "study", without=level)


@pytest.mark.skipif(not ON_SERVER, reason="of PostgreSQL's own settings")
@pytest.mark.parametrize("setting", ["fsync", "synchronous_commit"])
def test_a_careless_server_loses_what_was_answered(
    powered: Powered, setting: str
) -> None:
    """The control: commits that nobody brings to the disk."""
    powered.put_back("fresh")
    powered.careless(**{setting: "off", "wal_writer_delay": "10s"})

    assert loses(powered, "study")


def test_a_film_that_nobody_brings_to_the_disk_is_lost(powered: Powered) -> None:
    """The control of the shelf."""
    powered.put_back("fresh")

    assert loses(powered, "film", without="fsync")


@pytest.mark.skipif(not ON_SERVER, reason="test_kill.py watches the file")
def test_no_server_answers_before_it_is_on_the_disk(
    powered: Powered, tmp_path: Path
) -> None:
    if witness.why_not():
        pytest.skip(witness.why_not())
    for act in ("study", "sit", "issue", "decide", "film"):
        powered.put_back(STAGE.get(act, "fresh"))
        seen = powered.watched(act, tmp_path)
        assert "told" in seen
        assert not witness.too_early(seen, alone=False), act

    powered.put_back("fresh")
    careless = powered.watched("film", tmp_path, without="fsync")
    assert witness.too_early(careless, alone=False)
    powered.careless(fsync="off")
    careless = powered.watched("study", tmp_path)
    assert witness.too_early(careless, alone=False)


BY_DOORS = {"study", "sit", "issue", "sign_up"}
"""What is asked by pages alone: the others are commands of the house as well."""

LARGE = {"issue", "film"}


@pytest.mark.parametrize("act", ACTS)
def test_a_full_disk_refuses_and_leaves_nothing_half_done(
    powered: Powered, act: str
) -> None:
    powered.put_back(STAGE.get(act, "fresh"))
    life = powered.begin(act, wait=True)
    life.ready()

    with powered.full(life):
        assert not life.end().killed
        refused = life.told.pop() if "refused" in life.told[-1] else None
        powered.look(act, life.told, whole=refused is None)

    if refused is None:
        # A server's files have gaps: a few rows find room in a page that is there.
        assert ON_SERVER
        assert act not in LARGE
        return
    assert refused["refused"] in ({503} if act in BY_DOORS else {0, 503}), refused
    again = powered.begin(act)
    assert not again.end().killed
    powered.look(act, [*life.told, *again.told], whole=True)
