"""A house whose database and files lie on a disk of their own, on either engine."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from lms.assembly import assemble
from lms.kernel.db import db
from lms.kernel.settings import from_env
from tests.chaos import truths
from tests.chaos.acts import Told
from tests.chaos.ground import DAY
from tests.chaos.medium import Disk, Postgres, frozen
from tests.chaos.nest import Command, Life, Nest
from tests.chaos.witness import Witness
from tests.conftest import HandClock
from tests.shared import Kept

ON_SERVER = os.environ.get("LMS_TEST_ENGINE") == "postgresql"
LIVED = {"studied": ("fresh", "study"), "passed": ("studied", "sit")}
"""How the worlds come about in which a test is sat and a certificate is due."""

AGAIN = 600
"""Seconds until a person tries again."""


class Powered:
    """A house whose database and files lie on a disk that power can be cut from."""

    def __init__(self, folder: Path, demonstration: Kept) -> None:
        self._disk = Disk(folder, 384)
        self._server: Postgres | None = None
        self._twin: Postgres | None = None
        self._life: Life | None = None
        self._later = 0
        self._kept: set[str] = set()
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
        shutil.copytree(demonstration.folder, self._disk.root / "house")
        shutil.move(self._disk.root / "house" / "keys", folder / "keys")
        self._begin(demonstration)
        self._nest = Nest(there, folder / "nest.log")
        self._app = assemble(from_env(after), clock=HandClock(), limits=False)
        self._here = assemble(from_env(there), clock=HandClock(), limits=False)
        self.keep("fresh")

    def _begin(self, demonstration: Kept) -> None:
        if self._server:
            self._server.make()
            self._server.start(careful=False)
            self._server.make_database("house")
            demonstration.carry(f"{self._server.address}/house")

    def keep(self, name: str) -> None:
        """Keep this world, with no room left in any file for more."""
        if self._server:
            self._server.stop("fast")
        else:
            # The last one out folds the log back into the file and removes it.
            sqlite3.connect(self._disk.root / "house" / "lms.sqlite3").execute(
                "PRAGMA wal_checkpoint(TRUNCATE)"
            ).connection.close()
        self._disk.keep(name)
        self._kept.add(name)
        if self._server:
            self._server.start()

    def put_back(self, name: str) -> None:
        """Begin again from a kept world; one that is not there yet is lived first."""
        if name not in self._kept:
            before, act = LIVED[name]
            self.put_back(before)
            assert not self.begin(act).end().killed
            self.keep(name)
        if self._life:
            self._life.kill()
        if self._server:
            self._server.stop()
        self._disk.put_back(name)
        if self._server:
            self._server.start()

    @contextmanager
    def full(self, life: Life) -> Iterator[None]:
        """Let the disk have no room while a child goes on."""
        with self._disk.full():
            os.kill(life.pid, signal.SIGCONT)
            yield

    def careless(self, **settings: str) -> None:
        assert self._server
        self._server.set(**settings)

    def begin(self, act: str, *, without: str = "", wait: bool = False) -> Life:
        at = {"study": 1, "sit": 2, "issue": 3}.get(act, 4) * DAY
        command = Command(act, at=at + self._later, without=without, wait=wait)
        self._later += AGAIN
        self._life = self._nest.begin(command)
        return self._life

    def cut(self, act: str, life: Life) -> None:
        """Let the power fail now, and look at what comes up again."""
        told = list(life.told)
        writers = self._server.pids() if self._server else []
        with frozen([life.pid]), self._disk.cut(writers):
            try:
                if self._twin:
                    self._twin.start(careful=False)
                self._check(self._app, act, told)
            finally:
                if self._twin:
                    self._twin.stop()

    def watched(self, act: str, folder: Path, *, without: str = "") -> list[str]:
        """Let an act be done under the eyes of a witness."""
        life = self.begin(act, without=without, wait=True)
        life.ready()
        server = self._server.pids() if self._server else []
        witness = Witness([life.pid, *server], folder)
        os.kill(life.pid, signal.SIGCONT)
        assert not life.end().killed
        return witness.end()

    def look(self, act: str, told: list[Told], *, whole: bool = False) -> None:
        """Look at the house as it runs."""
        self._check(self._here, act, told, whole=whole)

    def _check(
        self, app: Flask, act: str, told: list[Told], *, whole: bool = False
    ) -> None:
        with app.app_context():
            try:
                truths.hold(db.session())
                truths.KEPT[act](db.session(), told, whole=whole)
            finally:
                db.session.remove()
                db.engine.dispose()

    def close(self) -> None:
        if self._life:
            self._life.kill()
        self._nest.close()
        if self._server:
            self._server.stop()
        self._disk.close()
