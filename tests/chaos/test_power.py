"""The power fails: what was answered is on the disk, in database, files and evidence.

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

from lms.assembly import assemble
from lms.kernel.db import db
from lms.kernel.settings import from_env
from tests.chaos import medium, truths
from tests.chaos.ground import DAY
from tests.chaos.medium import Disk, Postgres, frozen
from tests.chaos.nest import Command, Life, Nest
from tests.conftest import HandClock

pytestmark = pytest.mark.skipif(bool(medium.why_not()), reason=medium.why_not())
ON_SERVER = os.environ.get("LMS_TEST_ENGINE") == "postgresql"

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

CHANCES = int(os.environ.get("LMS_CUTS", "2"))
BY_CHANCE = ("study", "sit", "issue", "decide", "film", "buy")


class Powered:
    """A house whose database and files lie on a disk that power can be cut from."""

    def __init__(self, folder: Path) -> None:
        self._disk = Disk(folder, 384)
        self._server: Postgres | None = None
        self._twin: Postgres | None = None
        self._life: Life | None = None
        env = {"LMS_DEMO": "1", "LMS_KEYS_DIR": str(folder / "keys")}
        there, after = dict(env), dict(env)
        if ON_SERVER:
            (self._disk.root / "pg").mkdir()
            self._server = Postgres(self._disk.root / "pg", folder / "pg.log")
            self._twin = Postgres(self._disk.after / "pg", folder / "after.log")
            there["DATABASE_URL"] = f"{self._server.address}/house"
            after["DATABASE_URL"] = f"{self._twin.address}/house"
        there["LMS_DATA_DIR"] = str(self._disk.root / "house")
        after["LMS_DATA_DIR"] = str(self._disk.after / "house")
        self._begin()
        self._nest = Nest(there, folder / "nest.log")
        self._app = assemble(from_env(after), clock=HandClock(), limits=False)
        self._nest.do(Command("seed"))
        self.keep("fresh")

    def _begin(self) -> None:
        if self._server:
            self._server.make()
            self._server.start(careful=False)
            self._server.make_database("house")

    def keep(self, name: str) -> None:
        if self._server:
            self._server.stop("fast")
        self._disk.keep(name)
        if self._server:
            self._server.start()

    def put_back(self, name: str) -> None:
        if self._life:
            self._life.kill()
        if self._server:
            self._server.stop()
        self._disk.put_back(name)
        if self._server:
            self._server.start()

    def careless(self, **settings: str) -> None:
        assert self._server
        self._server.set(**settings)

    def begin(self, act: str, *, without: str = "") -> Life:
        at = {"study": 1, "sit": 2, "issue": 3}.get(act, 4) * DAY
        self._life = self._nest.begin(Command(act, at=at, without=without))
        return self._life

    def cut(self, act: str, life: Life) -> None:
        """Let the power fail now, and look at what comes up again."""
        told = list(life.told)
        writers = self._server.pids() if self._server else []
        with frozen([life.pid]), self._disk.cut(writers):
            try:
                if self._twin:
                    self._twin.start(careful=False)
                with self._app.app_context():
                    truths.hold(db.session())
                    truths.KEPT[act](db.session(), told, whole=False)
            finally:
                with self._app.app_context():
                    db.session.remove()
                    db.engine.dispose()
                if self._twin:
                    self._twin.stop()

    def close(self) -> None:
        if self._life:
            self._life.kill()
        self._nest.close()
        if self._server:
            self._server.stop()
        self._disk.close()


@pytest.fixture(scope="module")
def powered() -> Iterator[Powered]:
    # Not pytest's folder: whoever tidies that up elsewhere would stumble over a disk.
    with TemporaryDirectory(prefix="lms-power-", ignore_cleanup_errors=True) as folder:
        made = Powered(Path(folder))
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
