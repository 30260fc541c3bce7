"""A house to be killed in, on either engine, put back as it was before each act."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from flask import Flask

from lms.assembly import assemble
from lms.kernel.db import db
from lms.kernel.settings import from_env
from tests.chaos.nest import Command, End, Nest
from tests.chaos.witness import Witness
from tests.conftest import HandClock
from tests.shared import Kept

DAY = 86_400


class Files:
    """The database in the house's own folder."""

    def __init__(self, house: Path) -> None:
        self._file = house / "lms.sqlite3"

    def keep(self, name: str) -> None:
        raw = sqlite3.connect(self._file)
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()
        shutil.copy(self._file, self._file.with_name(f"{name}.kept"))

    def put_back(self, name: str) -> None:
        for tail in ("-wal", "-shm"):
            Path(f"{self._file}{tail}").unlink(missing_ok=True)
        shutil.copy(self._file.with_name(f"{name}.kept"), self._file)


class Server:
    """The database of a server, made anew from a kept twin."""

    def __init__(self, address: str) -> None:
        self._server, self._name = address.rsplit("/", 1)

    def keep(self, name: str) -> None:
        self._do(f"CREATE DATABASE {self._name}_{name} TEMPLATE {self._name}")

    def put_back(self, name: str) -> None:
        self._do(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
        self._do(f"CREATE DATABASE {self._name} TEMPLATE {self._name}_{name}")

    def _do(self, command: str) -> None:
        with psycopg.connect(f"{self._server}/postgres", autocommit=True) as raw:
            raw.execute(command)


class Ground:
    """The nest, the house as the checks see it, and what was kept of it.

    `stages` are kept worlds: `fresh` is the demonstration; in `studied` the last lesson
    is done, in `passed` the test as well, in `done` the certificate is there.
    """

    def __init__(self, folder: Path, demonstration: Kept) -> None:
        house = folder / "house"
        house.mkdir()
        env = demonstration.lent(house, f"kill_{os.getpid()}")
        self._engine: Files | Server = Files(house)
        if "DATABASE_URL" in env:
            self._engine = Server(env["DATABASE_URL"])
        self._nest = Nest(env, folder / "nest.log")
        self.seconds: dict[str, float] = {}
        self.app: Flask = assemble(from_env(env), clock=HandClock(), limits=False)

    def prepare(self) -> None:
        """Do each act once to its end: for the stages, and to learn its length."""
        self._engine.keep("fresh")
        for act in ("buy", "confirm", "sign_up", "decide", "film"):
            self.seconds[act] = self.do(Command(act)).seconds
        self._engine.put_back("fresh")
        for act, stage in (("study", "studied"), ("sit", "passed"), ("issue", "done")):
            self.seconds[act] = self.do(Command(act)).seconds
            self._engine.keep(stage)

    def do(self, command: Command) -> End:
        at = command.at or 1
        begun = {"study": 1, "sit": 2, "issue": 3}.get(command.act, 1) * DAY
        return self._nest.do(
            Command(command.act, command.point, command.kill, begun + at)
        )

    def watched(self, act: str, folder: Path, *, without: str = "") -> list[str]:
        """Let an act be done under the eyes of a witness."""
        life = self._nest.begin(Command(act, at=5 * DAY, without=without, wait=True))
        life.ready()
        witness = Witness([life.pid], folder)
        os.kill(life.pid, signal.SIGCONT)
        assert not life.end().killed
        return witness.end()

    def put_back(self, stage: str) -> None:
        self._let_go()
        self._engine.put_back(stage)

    @contextmanager
    def seen(self) -> Iterator[Flask]:
        """Look at the house through connections that end with the look."""
        with self.app.app_context():
            yield self.app
        self._let_go()

    def close(self) -> None:
        self._let_go()
        self._nest.close()

    def _let_go(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
