"""The ground of all tests: one house, a fresh world for each test, a hand clock.

`LMS_TEST_ENGINE=postgresql` runs them on a real PostgreSQL (tests/engines.py).
"""

from __future__ import annotations

import functools
import gc
import importlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as properties
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms import tables
from lms.assembly import assemble
from lms.kernel.clock import Tick
from lms.kernel.db import db
from lms.kernel.ids import AccountId
from lms.kernel.settings import Settings, from_env
from lms.kernel.work import HOUSE, Actor, Work, unit_of_work
from tests import engines, once, spread

# No test is a clock: on a busy machine a property is as true as on an idle one.
properties.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
properties.load_profile("house")

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
"""Ten in the morning of 21 November 2026 in Shanghai."""


class HandClock:
    """A clock that stands still until a test moves it, and a steady one beside it."""

    def __init__(self) -> None:
        self.now = START
        self._passed = timedelta(days=1)

    def __call__(self) -> datetime:
        return self.now

    def tick(self) -> Tick:
        return Tick("hand", self._passed // timedelta(milliseconds=1))

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self._passed += timedelta(seconds=seconds)

    def pass_days(self, days: float) -> None:
        self.pass_seconds(days * 86_400)

    def step(self, seconds: float) -> None:
        """Set the clock, as an operator or a server of time does."""
        self.now += timedelta(seconds=seconds)


def pytest_configure(config: pytest.Config) -> None:
    """Let all workers share one server: each has databases of its own there."""
    if engines.on_postgresql() and not hasattr(config, "workerinput"):
        os.environ["LMS_TEST_POSTGRESQL"] = engines.postgresql_server()


def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Any
) -> spread.Spread | None:
    """Begin with what takes long, and let the workers share the walk past the doors."""
    if config.getvalue("dist") != "loadfile":
        return None
    return spread.Spread(config, log)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Ask the second engine only what could come out otherwise there."""
    if not engines.on_postgresql():
        return
    alike = [one for one in items if not spread.asks_an_engine(one)]
    config.hook.pytest_deselected(items=alike)
    known = {id(one) for one in alike}
    items[:] = [one for one in items if id(one) not in known]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("house")
    env = {"LMS_DATA_DIR": str(folder), "LMS_DEMO": "1"}
    if engines.on_postgresql():
        env["DATABASE_URL"] = engines.postgresql_url()
    return from_env(env)


@pytest.fixture(scope="session")
def house(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application, built once; its database is renewed for each test."""
    app = assemble(settings, clock=HandClock(), limits=False)
    app.testing = True
    once.compile_templates(app, tmp_path_factory)
    app.before_request_funcs.setdefault(None, []).insert(0, _forget)
    with app.app_context():
        engines.unhurried(db.engine)
        tables.METADATA.drop_all(db.engine)
        tables.METADATA.create_all(db.engine)
        db.engine.dispose()
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        _fold(_file(app))
        shutil.copy(_file(app), f"{_file(app)}.new")
    # What is loaded by now stays: the collector need not walk through it again.
    gc.collect()
    gc.freeze()
    yield app
    with app.app_context():
        db.engine.dispose()


def _forget() -> None:
    """Begin each request with an empty `g`, though the test keeps its context open."""
    for name in list(g):
        g.pop(name)


def _file(app: Flask) -> Path:
    return Path(app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"))


def _fold(file: Path) -> None:
    """Put the write-ahead log back into the file, so that a copy is whole."""
    raw = sqlite3.connect(file)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()


def _renew(app: Flask) -> None:
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        db.engine.dispose()
        for tail in ("-wal", "-shm"):
            Path(f"{_file(app)}{tail}").unlink(missing_ok=True)
        shutil.copy(f"{_file(app)}.new", _file(app))
        return
    with db.engine.begin() as connection:
        raw: Any = connection.connection.driver_connection
        filled = raw.execute(_filled(), prepare=True).fetchall()
        # Append-only triggers rest while a test's world ends. All in one message: a
        # round trip for each table would cost ten times as much.
        emptied = [f'DELETE FROM "{name}"' for (name,) in filled]
        raw.execute(
            "; ".join(["SET LOCAL session_replication_role = replica", *emptied])
        )


@functools.cache
def _filled() -> str:
    """Ask for the tables that hold something: most are empty, and quicker to skip."""
    names = [one.name for one in tables.METADATA.sorted_tables]
    return " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names
    )


@pytest.fixture
def app(house: Flask) -> Iterator[Flask]:
    house.extensions["lms.clock"].now = START
    with house.app_context():
        _renew(house)
        yield house
        db.session.remove()


@pytest.fixture
def clock(app: Flask) -> HandClock:
    found: HandClock = app.extensions["lms.clock"]
    return found


@pytest.fixture
def work(app: Flask, clock: HandClock) -> Iterator[Work]:
    """A unit of work of the house itself, open for the whole test."""
    with unit_of_work(HOUSE, clock=clock) as opened:
        yield opened


@pytest.fixture
def begin(app: Flask, clock: HandClock) -> Callable[..., Any]:
    """Open a unit of work that ends (and commits) inside the test."""

    def _begin(actor: Actor = HOUSE) -> Any:
        return unit_of_work(actor, clock=clock)

    return _begin


@pytest.fixture
def session(app: Flask) -> Session:
    return db.session()


def work_at(work: Work, clock: HandClock) -> Work:
    """The same work, read again after the clock was moved."""
    return Work(session=work.session, now=clock(), actor=work.actor)


class Browser:
    """A visitor's browser: keeps cookies, and sends the token that pages print."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()

    def get(self, url: str, **more: Any) -> TestResponse:
        return self.client.get(url, **more)

    def post(
        self, url: str, data: dict[str, Any] | None = None, **more: Any
    ) -> TestResponse:
        headers = {"X-CSRFToken": self.token(), **more.pop("headers", {})}
        return self.client.post(url, data=data, headers=headers, **more)

    def post_json(self, url: str, body: Any) -> TestResponse:
        headers = {"X-CSRFToken": self.token()}
        return self.client.post(url, json=body, headers=headers)

    def token(self) -> str:
        with self.client.session_transaction() as kept:
            seed = kept.setdefault("csrf_token", "seed")
        key = self.app.secret_key
        assert key is not None
        signer = URLSafeTimedSerializer(key, salt="wtf-csrf-token")
        return str(signer.dumps(seed))

    def carry(self, token: str) -> None:
        """Hold a session's token, as after signing in."""
        with self.client.session_transaction() as kept:
            kept["_user_id"] = token
            kept["_fresh"] = True


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A stranger's browser."""
    return Browser(app)


@pytest.fixture
def browser_of(app: Flask, clock: HandClock) -> Callable[..., Browser]:
    """Give the browser of a signed-in account."""
    accounts = importlib.import_module("lms.accounts.services")

    def _sign_in(account_id: AccountId, *, state: str = "full") -> Browser:
        with unit_of_work(HOUSE, clock=clock) as work:
            token = accounts.open_session(
                work, account_id, state=state, user_agent="test", ip="127.0.0.1"
            )
        db.session.remove()
        made = Browser(app)
        made.carry(token)
        return made

    return _sign_in
