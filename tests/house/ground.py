"""The house with its world in it, put back after every deed, on both engines."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lms import tables
from lms.accounts import services as accounts
from lms.assembly import assemble
from lms.kernel import pii
from lms.kernel.db import db
from lms.kernel.settings import from_env
from tests import engines, once, shared
from tests.conftest import Browser, HandClock
from tests.house import bodies
from tests.house import doors_table as table
from tests.house import world as worlds
from tests.house.lives import Things
from tests.house.world import NOWHERE, WORDS, World

LAST_SEEN = ("sessions", "seen_at")
PLACES = {
    each.name: tuple(f'"{c.name}"' for c in each.primary_key)
    if not each.dialect_options["sqlite"]["with_rowid"]
    else ("rowid",)
    for each in tables.METADATA.sorted_tables
}
"""By what SQLite finds a row at once."""

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
COLUMNS = {
    each.name: tuple(
        f'"{c.name}"' for c in each.columns if (each.name, c.name) != LAST_SEEN
    )
    for each in tables.METADATA.sorted_tables
}
"""What is compared: every column of every table, but for when a visitor was seen."""


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
        self._open()

    def mark(self) -> int:
        """Give a number that moves with every commit of somebody else."""
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def changed(self) -> list[str]:
        """Name the tables whose rows are not those that were kept."""
        return [name for name in COLUMNS if self._moved(name) and self._differs(name)]

    def put_back(self) -> None:
        self._watch.close()
        for tail in ("-wal", "-shm"):
            Path(f"{self._file}{tail}").unlink(missing_ok=True)
        shutil.copy(f"{self._file}.kept", self._file)
        self._open()

    def close(self) -> None:
        self._watch.close()

    def _open(self) -> None:
        self._watch = sqlite3.connect(self._file, cached_statements=2 * len(COLUMNS))
        self._watch.execute(f"ATTACH 'file:{self._file}.kept?immutable=1' AS kept")

    def _moved(self, name: str) -> bool:
        """Look for a place where another row lies; often that is quick to deny."""
        ours, theirs = (
            ", ".join(f"{side}.{column}" for column in COLUMNS[name])
            for side in ("ours", "theirs")
        )
        place = " AND ".join(f"ours.{key} = theirs.{key}" for key in PLACES[name])
        return self._says(
            f"SELECT (SELECT count(*) FROM main.{name}) <> "
            f"(SELECT count(*) FROM kept.{name}) OR EXISTS "
            f"(SELECT 1 FROM main.{name} ours "
            f"LEFT JOIN kept.{name} theirs ON {place} "
            f"WHERE ({ours}) IS NOT ({theirs}))"
        )

    def _differs(self, name: str) -> bool:
        columns = ", ".join(COLUMNS[name])
        ours, theirs = (f"SELECT {columns} FROM {side}.{name}"
                        for side in ("main", "kept"))  # fmt: skip
        return self._says(
            f"SELECT EXISTS ({ours} EXCEPT {theirs}) OR EXISTS ({theirs} EXCEPT {ours})"
        )

    def _says(self, asked: str) -> bool:
        return bool(self._watch.execute(asked).fetchone()[0])


class PostgreSQL:
    """One database, with a kept twin of each table in a schema beside."""

    def __init__(self, app: Flask) -> None:
        whole: str = app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
        self._watch = psycopg.connect(whole, autocommit=True)

    def keep(self) -> None:
        self._do("CREATE SCHEMA kept")
        counted = []
        for name in COLUMNS:
            self._do(f"CREATE TABLE kept.{name} AS TABLE {name}")
            counted.append(f"SELECT '{name}', count(*) FROM {name}")
        self._do("ANALYZE")
        rows = self._watch.execute(" UNION ALL ".join(counted).encode()).fetchall()
        self._asked = " UNION ALL ".join(
            f"SELECT '{name}' WHERE {count} <> (SELECT count(*) FROM {name}) "
            f"OR EXISTS (SELECT FROM {name} WHERE age(xmin) <= age(%(since)s::xid))"
            for name, count in rows
        )
        self._since = self.mark()

    def mark(self) -> int:
        """Give the next transaction's number: only writers take one."""
        asked = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"
        row = self._watch.execute(asked).fetchone()
        assert row is not None
        return int(row[0])

    def changed(self) -> list[str]:
        """Name the tables whose rows are not those that were kept."""
        return [name for name in self._written() if self._differs(name)]

    def put_back(self) -> None:
        written = self._written()
        with self._watch.transaction():
            # Triggers and references rest while the world is put back.
            self._do("SET LOCAL session_replication_role = replica")
            for name in written:
                self._do(f"DELETE FROM {name}")
                self._do(
                    f"INSERT INTO {name} OVERRIDING SYSTEM VALUE "
                    f"SELECT * FROM kept.{name}"
                )
        self._since = self.mark()

    def close(self) -> None:
        self._watch.close()

    def _written(self) -> list[str]:
        """Name the tables with rows that came since, or with fewer than there were."""
        given = {"since": str(self._since)}
        rows = self._watch.execute(self._asked.encode(), given).fetchall()
        return [str(row[0]) for row in rows]

    def _differs(self, name: str) -> bool:
        columns = ", ".join(f"t.{column}" for column in COLUMNS[name])

        def whole(table: str) -> str:
            row = f"ROW({columns})::text"
            return f"(SELECT md5(string_agg({row}, '' ORDER BY {row})) FROM {table} t)"

        asked = f"SELECT {whole(name)} IS DISTINCT FROM {whole('kept.' + name)}"
        row = self._watch.execute(asked.encode()).fetchone()
        return row is not None and bool(row[0])

    def _do(self, command: str) -> None:
        self._watch.execute(command.encode())


class Ground:
    """The house, its world, and what the tests of doors do there."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world
        on_file = app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
        self._engine: SQLite | PostgreSQL = (SQLite if on_file else PostgreSQL)(app)
        _let_go()
        self._engine.keep()
        self._mark = self._engine.mark()
        self._visits: dict[str, tuple[dict[Any, Any], str]] = {}

    def enter(self) -> None:
        """Take this house's keys in hand again, if another was built meanwhile."""
        secrets = self.app.extensions["lms.settings"].secrets
        pii.install(pii.Keyring(master=secrets.master, pepper=secrets.pepper))
        accounts.install_pepper(secrets.password_pepper)

    def touched(self) -> bool:
        """Tell whether anything at all was written since the world was put back."""
        return self._engine.mark() != self._mark

    def changed(self) -> bool:
        """Tell whether any row differs, but for when a session was last seen."""
        if not self.touched():
            return False
        mark = self._engine.mark()
        if self._engine.changed():
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
        """Give a visitor's browser, with the cookies that a first one was given."""
        made = Browser(self.app)
        if self.world.tokens[who]:
            _jar(made).update(self._visit(who)[0])
        return made

    def _visit(self, who: str) -> tuple[dict[Any, Any], str]:
        """Make a visitor's cookies, and the token that goes with them, once."""
        if who not in self._visits:
            first = Browser(self.app)
            if carried := self.world.tokens[who]:
                first.carry(carried)
            token = first.token()
            self._visits[who] = (dict(_jar(first)), token)
        return self._visits[who]

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
        cookies, token = self._visit(who)
        _jar(browser).update(cookies)
        headers = {"X-CSRFToken": token}
        good = bodies.good(rule.endpoint, self.world.forms.get(rule.endpoint))
        return self.ask(browser, method, url, headers=headers, **good)


def _jar(browser: Browser) -> dict[Any, Any]:
    jar = browser.client._cookies
    assert jar is not None
    return jar


def made(factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Give this process a copy of the house and its world, built once for a run."""

    def lay(folder: Path, name: str) -> World:
        env = shared.demonstration(factory).lent(folder, name)
        app = _assembled(env, factory)
        with app.app_context():
            world = worlds.build(app)
            _let_go()
        return world

    kept = shared.kept(factory, "doors", lay)
    env = kept.lent(factory.mktemp("doors"), f"doors_{os.getpid()}")
    app = _assembled(env, factory)
    with app.app_context():
        ground = Ground(app, kept.told)
        yield ground
        ground.close()


def _assembled(env: dict[str, str], factory: pytest.TempPathFactory) -> Flask:
    app = assemble(from_env(env), clock=HandClock(), limits=False)
    app.testing = True
    with app.app_context():
        engines.unhurried(db.engine)
    once.compile_templates(app, factory)
    return app


def _let_go() -> None:
    db.session.remove()
    db.engine.dispose()


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
