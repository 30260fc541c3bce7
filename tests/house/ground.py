"""The house with its world in it, put back after every deed, on both engines."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from flask import Flask, url_for
from sqlalchemy import text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lms import tables
from lms.assembly import assemble
from lms.kernel.db import db
from lms.kernel.settings import from_env
from tests import engines
from tests.conftest import Browser, HandClock
from tests.house import bodies
from tests.house import doors_table as table
from tests.house import world as worlds
from tests.house.lives import Things
from tests.house.world import NOWHERE, WORDS, World

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


class SQLite:
    """One file, copied back."""

    def __init__(self, app: Flask) -> None:
        address: str = app.config["SQLALCHEMY_DATABASE_URI"]
        self._file = Path(address.removeprefix("sqlite:///"))

    def keep(self) -> None:
        with sqlite3.connect(self._file) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()
        shutil.copy(self._file, f"{self._file}.kept")
        self._watch = sqlite3.connect(self._file)

    def mark(self) -> int:
        """Give a number that moves with every commit of somebody else."""
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def put_back(self) -> None:
        self._watch.close()
        for tail in ("-wal", "-shm"):
            Path(f"{self._file}{tail}").unlink(missing_ok=True)
        shutil.copy(f"{self._file}.kept", self._file)
        self._watch = sqlite3.connect(self._file)

    def close(self) -> None:
        self._watch.close()


class PostgreSQL:
    """One database, with a kept twin of each table in a schema beside."""

    def __init__(self, app: Flask) -> None:
        whole: str = app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
        self._watch = psycopg.connect(whole, autocommit=True)
        self._tables = [each.name for each in tables.METADATA.sorted_tables]

    def keep(self) -> None:
        self._do("CREATE SCHEMA kept")
        for name in self._tables:
            self._do(f"CREATE TABLE kept.{name} AS TABLE {name}")

    def mark(self) -> int:
        """Give the next transaction's number: only writers take one."""
        asked = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"
        row = self._watch.execute(asked).fetchone()
        assert row is not None
        return int(row[0])

    def put_back(self) -> None:
        with self._watch.transaction():
            # Triggers and references rest while the world is put back.
            self._do("SET LOCAL session_replication_role = replica")
            for name in self._tables:
                if self._differs(name):
                    self._do(f"DELETE FROM {name}")
                    self._do(
                        f"INSERT INTO {name} OVERRIDING SYSTEM VALUE "
                        f"SELECT * FROM kept.{name}"
                    )

    def close(self) -> None:
        self._watch.close()

    def _differs(self, name: str) -> bool:
        def whole(table: str) -> str:
            return (
                f"(SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t)"
            )

        asked = f"SELECT {whole(name)} IS DISTINCT FROM {whole('kept.' + name)}"
        row = self._watch.execute(asked).fetchone()
        return row is not None and bool(row[0])

    def _do(self, command: str) -> None:
        self._watch.execute(command)


class Ground:
    """The house, its world, and what the tests of doors do there."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world
        on_file = app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
        self._engine: SQLite | PostgreSQL = (SQLite if on_file else PostgreSQL)(app)
        _let_go()
        self._engine.keep()
        self._mark = self._engine.mark()
        self.kept = digest()

    def touched(self) -> bool:
        """Tell whether anything at all was written since the world was put back."""
        return self._engine.mark() != self._mark

    def changed(self) -> bool:
        """Tell whether any row differs, but for when a session was last seen."""
        if not self.touched():
            return False
        mark = self._engine.mark()
        if digest() != self.kept:
            return True
        # Only a number was taken (the engine's own housekeeping): look no further.
        self._mark = mark
        return False

    def put_back(self) -> None:
        if not self.touched():
            return
        _let_go()
        self._engine.put_back()
        self._mark = self._engine.mark()

    def close(self) -> None:
        _let_go()
        self._engine.close()

    def browser(self, who: str) -> Browser:
        made = Browser(self.app)
        token = self.world.tokens[who]
        if token:
            made.carry(token)
        return made

    def routes(self) -> list[tuple[Rule, str]]:
        return [
            (rule, method)
            for rule in self.app.url_map.iter_rules()
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]

    def address(self, rule: Rule, others: Things | None = None) -> str:
        """Fill a rule's parameters with own things; `others` go before them."""
        own = self.world.things[worlds.audience(rule.endpoint)]["own"]
        own = own | self.world.instead.get(rule.endpoint, {}) | WORDS | (others or {})
        values: dict[str, Any] = {
            name: own[name] if name in own else self.stopgap(rule, name)
            for name in rule.arguments
        }
        with self.app.test_request_context():
            return url_for(rule.endpoint, **values)

    def unknown(self) -> set[str]:
        """Name the parameters of routes that the world has nothing for."""
        kinds = self.world.things.values()
        known = set(WORDS).union(*(kind["own"] for kind in kinds))
        for more in self.world.instead.values():
            known |= set(more)
        return {
            f"{rule.endpoint} {name}"
            for rule, _method in self.routes()
            for name in rule.arguments - known
        }

    @staticmethod
    def stopgap(rule: Rule, name: str) -> object:
        """Give a parameter of the right kind, while the world knows none."""
        kind = type(rule._converters[name]).__name__
        return {"UUIDConverter": uuid4(), "IntegerConverter": 1}.get(kind, "x")

    def ask(self, browser: Browser, method: str, url: str, **more: Any) -> TestResponse:
        # A context of its own, or one request would find the last one's visitor in `g`.
        with self.app.app_context():
            response = browser.client.open(url, method=method, **more)
            # Read whole and closed: files stream, and one left open would be a warning.
            response.get_data()
            response.close()
        return response

    def do(self, who: str, rule: Rule, method: str, url: str) -> TestResponse:
        """Ask as a page of the house would: with its token, and a good form."""
        browser = self.browser(who)
        if method not in UNSAFE:
            return self.ask(browser, method, url)
        headers = {"X-CSRFToken": browser.token()}
        good = bodies.good(rule.endpoint, self.world.forms.get(rule.endpoint))
        return self.ask(browser, method, url, headers=headers, **good)


def made(folder: Path) -> Iterator[Ground]:
    """Build the house and its world once for a process."""
    env = {"LMS_DATA_DIR": str(folder), "LMS_DEMO": "1"}
    if os.environ.get("LMS_TEST_ENGINE") == "postgresql":
        server = engines.postgresql_url().rsplit("/", 1)[0]
        name = f"doors_{os.getpid()}"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as raw:
            raw.execute(f"CREATE DATABASE {name}")
        env["DATABASE_URL"] = f"{server}/{name}"
    app = assemble(from_env(env), clock=HandClock(), limits=False)
    app.testing = True
    with app.app_context():
        ground = Ground(app, worlds.build(app))
        yield ground
        ground.close()


def _let_go() -> None:
    db.session.remove()
    db.engine.dispose()


def digest() -> str:
    """Hash every row of every table, but for when a session was last seen."""
    total = hashlib.sha256()
    with db.engine.connect() as connection:
        for each in tables.METADATA.sorted_tables:
            columns = ", ".join(
                f'"{c.name}"'
                for c in each.columns
                if (each.name, c.name) != ("sessions", "seen_at")
            )
            rows = connection.execute(text(f"SELECT {columns} FROM {each.name}"))
            for row in sorted(repr(tuple(one)) for one in rows):
                total.update(row.encode())
    return total.hexdigest()


def plain(response: TestResponse) -> tuple[int, str, str]:
    """Leave out of an answer what differs each time: tokens, ids, the address."""
    body = response.get_data().decode(errors="replace")
    body = re.sub(r'(value|content)="[^"]{40,}"', "", body)
    place = response.headers.get("Location", "")
    ids = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}")
    return response.status_code, ids.sub("", body), ids.sub("", place)


def allowed(endpoint: str, who: str) -> bool:
    """Tell whether the reviewed table lets somebody in."""
    if endpoint in table.ANYBODY | table.COOKIELESS:
        return True
    if endpoint in table.HALF:
        return who not in {"anonymous", "suspended"}
    if who in table.STRANGERS:
        return False
    return endpoint in table.SIGNED_IN or who in table.ROLES[endpoint]


def nothing(params: set[str]) -> Things:
    """Name things that are nowhere."""
    return {name: NOWHERE[name] for name in params}
