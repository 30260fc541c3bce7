"""What several tests of a run begin from: made once for an engine, lent as copies.

The first that asks makes it, the others wait at its lock. All of it lies in the run's
own folder (and on its own database server): a run never sees what another one left.
"""

from __future__ import annotations

import pickle
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from lms import tables
from lms.assembly import assemble
from lms.jobs.demo import seed
from lms.kernel.db import db
from lms.kernel.settings import from_env
from tests import engines, once
from tests.conftest import HandClock

Env = dict[str, str]


@dataclass(frozen=True)
class Kept:
    """A house that nobody lives in, and what its builder said of it.

    `database` is its address on a server, or empty where it is a file in the folder.
    """

    folder: Path
    database: str
    told: Any

    def lent(self, folder: Path, name: str) -> Env:
        """Put a copy into a folder (and a database of that name) of one's own."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        if not self.database:
            return _env(folder, "")
        server, _, template = self.database.rpartition("/")
        return _env(folder, _database(server, name, f" TEMPLATE {template}"))

    def carry(self, address: str) -> None:
        """Copy the database to another server, where an empty one waits."""
        out = (str(engines.BIN / "pg_dump"), self.database)
        into = (str(engines.BIN / "psql"), "-Xq", "-v", "ON_ERROR_STOP=1", address)
        dump = subprocess.run(out, check=True, stdout=subprocess.PIPE)
        subprocess.run(into, check=True, input=dump.stdout, stdout=subprocess.DEVNULL)


def demonstration(factory: pytest.TempPathFactory) -> Kept:
    """Give the demonstration, as it is seeded when the hand clock starts."""
    return kept(factory, "demonstration", _seeded)


def kept(
    factory: pytest.TempPathFactory, name: str, build: Callable[[Path, str], object]
) -> Kept:
    """Let `build` make a house in a folder, unless that was done in this run."""
    server = engines.postgresql_server() if engines.on_postgresql() else ""
    own = f"{name}_{urlsplit(server).port}" if server else name
    with once.held(once.run_folder(factory) / own) as folder:
        house, told = folder / "house", folder / "told"
        database = f"{server}/{own}" if server else ""
        if not told.exists():
            # Whoever began before and failed left half of it.
            shutil.rmtree(house, ignore_errors=True)
            answer = build(house, own)
            told.write_bytes(pickle.dumps(answer))
        return Kept(house, database, pickle.loads(told.read_bytes()))


def empty(folder: Path, name: str) -> Env:
    """Make a folder (and a database of that name) with nothing in it."""
    folder.mkdir(parents=True, exist_ok=True)
    if not engines.on_postgresql():
        return _env(folder, "")
    return _env(folder, _database(engines.postgresql_server(), name))


def _seeded(folder: Path, name: str) -> None:
    app = assemble(from_env(empty(folder, name)), clock=HandClock(), limits=False)
    with app.app_context():
        tables.METADATA.create_all(db.engine)
        seed.run(app, lambda _line: None)
        db.session.remove()
        # The last one out folds a file's log back into it.
        db.engine.dispose()


def _env(folder: Path, database: str) -> Env:
    env = {"LMS_DATA_DIR": str(folder), "LMS_DEMO": "1"}
    return env | ({"DATABASE_URL": database} if database else {})


def _database(server: str, name: str, more: str = "") -> str:
    with psycopg.connect(f"{server}/postgres", autocommit=True) as raw:
        raw.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        raw.execute(f"CREATE DATABASE {name}{more}".encode())
    return f"{server}/{name}"
