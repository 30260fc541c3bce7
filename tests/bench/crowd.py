"""A province's past, for a bench: what one graduate did, again and again.

Each person of the crowd has the graduate's rows under ids of their own, ten lessons
with ten entries in the ledger, and forty lines of evidence in a chain of their own.
Photos, certificate files and the keys of sealed fields are left out: nothing that is
measured opens another's. Names differ, so that a search finds some and not all, and
so does what a list is narrowed by (`differing`).
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import psycopg
from sqlalchemy import LargeBinary, String, Uuid
from sqlalchemy.schema import Column, UniqueConstraint
from sqlalchemy.schema import Table as SqlTable

from lms.evidence.rules import START, quick_digest
from lms.tables import METADATA
from tests.bench import differing

LEDGER = 10
LINES = 40
"""For each person."""

_BLOCK = 20_000
"""So many people study at once: their lines stand between each other's."""
_SHARED = {"association_id", "version_id", "lesson_id", "employer_id", "offer_id"}
_UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STUDIES = (
    "(SELECT s.id FROM studies s JOIN enrolments e ON e.id = s.enrolment_id "
    f"WHERE e.person_id = %(who)s ORDER BY s.begun_at, s.id LIMIT {LEDGER})"
)
_MINE = "person_id = %(who)s"
_OF = {
    "accounts": _MINE,
    "learners": _MINE,
    "persons": "id = %(who)s",
    "registrations": _MINE,
    "registered_specialties": _MINE,
    "qualifications": _MINE,
    "employments": _MINE,
    "carts": _MINE,
    "orders": _MINE,
    "order_lines": "order_id IN (SELECT id FROM orders WHERE person_id = %(who)s)",
    "enrolments": _MINE,
    "studies": f"id IN {_STUDIES}",
    "study_heads": _MINE,
    "leases": f"study_id IN {_STUDIES}",
    "presence_checks": f"study_id IN {_STUDIES}",
    "hours_entries": (
        f"substr(source, 7) IN (SELECT CAST(x AS text) FROM {_STUDIES} AS y(x))"
    ),
    "attempts": _MINE,
    "certificates": _MINE,
    "certificate_standings": _MINE,
    "certificate_states": (
        "certificate_id IN (SELECT id FROM certificates WHERE person_id = %(who)s)"
    ),
}


@dataclass(frozen=True)
class Loaded:
    """What was loaded. Units: seconds, bytes."""

    persons: int
    ledger: int
    lines: int
    seconds: float
    size: int


LISTED = (
    "accounts", "learners", "persons", "registrations", "registered_specialties",
    "employments", "enrolments", "certificates", "certificate_standings",
)  # fmt: skip
"""What the list of learners reads."""


def load(url: str, persons: int, *, listed: bool = False) -> Loaded:
    """Fill a database that has been seeded, by one connection.

    `listed` loads what the list of learners reads, and no more.
    """
    tables = [*LISTED] if listed else [*_OF, "evidence_lines", "evidence_heads"]
    begun = time.monotonic()
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute("SET synchronous_commit = off")
        raw.execute("SET maintenance_work_mem = '512MB'")
        # The rows refer to each other as their models do; asking for each is left out.
        raw.execute("SET session_replication_role = replica")
        who = raw.execute(
            "SELECT person_id FROM accounts WHERE name = '李秀英'"
        ).fetchone()
        assert who is not None
        differing.found_firms(raw)
        with _unindexed(raw, tables):
            for name, where in _OF.items():
                if name in tables:
                    _copies(raw, METADATA.tables[name], where, (who[0], persons))
            differing.count_certified(raw)
            if not listed:
                _book(raw, who[0], persons)
        raw.execute("VACUUM (ANALYZE)")
        raw.execute("CHECKPOINT")
        ledger, lines, size = (
            _one(raw, asked)
            for asked in (
                "SELECT count(*) FROM hours_entries",
                "SELECT count(*) FROM evidence_lines",
                "SELECT pg_database_size(current_database())",
            )
        )
    return Loaded(persons, ledger, lines, time.monotonic() - begun, size)


def _one(raw: psycopg.Connection, asked: str) -> int:
    found = raw.execute(asked.encode()).fetchone()
    assert found is not None
    return int(found[0])


@contextmanager
def _unindexed(raw: psycopg.Connection, tables: list[str]) -> Iterator[None]:
    """Take away what is indexed beside primary keys, and put all of it back."""
    asked = (
        "SELECT c.relname, i.relname, pg_get_indexdef(x.indexrelid), k.conname, "
        "pg_get_constraintdef(k.oid) FROM pg_index x "
        "JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid "
        "LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.contype = 'u' "
        "WHERE c.relname = ANY(%s) AND NOT x.indisprimary"
    )
    kept = raw.execute(asked, (tables,)).fetchall()
    for table, index, _, constraint, _ in kept:
        raw.execute(
            (
                f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"
                if constraint
                else f"DROP INDEX {index}"
            ).encode()
        )
    yield
    for table, _, words, constraint, said in kept:
        raw.execute(
            (
                f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {said}"
                if constraint
                else words
            ).encode()
        )


def _copies(
    raw: psycopg.Connection, table: SqlTable, where: str, of: tuple[UUID, int]
) -> None:
    """Repeat the graduate's rows of one table for everybody."""
    columns = [one for one in table.columns if not _counted(one)]
    names = ", ".join(one.name for one in columns)
    own = differing.DIFFERS
    values = ", ".join(
        own.get((table.name, one.name)) or _value(table, one) for one in columns
    )
    raw.execute(
        (
            f"INSERT INTO {table.name} ({names}) SELECT {values} "
            f"FROM generate_series(1, %(times)s) k, {table.name} t WHERE t.ctid IN "
            f"(SELECT ctid FROM {table.name} WHERE {where})"
        ).encode(),
        {"who": of[0], "times": of[1]},
    )


def _counted(column: Column[object]) -> bool:
    return column.name == "seq" and column.primary_key


def _value(table: SqlTable, column: Column[object]) -> str:
    """Say what a copy holds: its own id, or what the graduate's row holds."""
    kind, name = column.type, f"t.{column.name}"
    if column.name == "name" and table.name in {"persons", "accounts"}:
        return _named("CAST(k AS text)")
    alone = column.unique or any(
        isinstance(one, UniqueConstraint) and [*one.columns] == [column]
        for one in table.constraints
    )
    if isinstance(kind, Uuid) and column.name not in _SHARED:
        return f"CAST(md5(CAST({name} AS text) || k) AS uuid)"
    if alone and isinstance(kind, LargeBinary):
        return f"sha256({name} || CAST(CAST(k AS text) AS bytea))"
    if alone and isinstance(kind, String):
        return f"left(md5({name} || k) || md5({name}), {min(kind.length or 64, 44)})"
    if column.name == "serial":
        return f"{name} + 1000 * k"
    return name


_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华建国文辉力永健世广志义兴良海"


def _named(key: str) -> str:
    """Give a name by chance, the same for the same key."""

    def sign(signs: str, place: int) -> str:
        drawn = f"CAST(CAST('x' || substr(md5({key}), {place}, 4) AS bit(16)) AS int)"
        # Doubled, for it goes along with parameters.
        return f"substr('{signs}', 1 + {drawn} %% {len(signs)}, 1)"

    return " || ".join((sign(_FAMILY, 1), sign(_GIVEN, 5), sign(_GIVEN, 9)))


ORDERS = 5
"""Of each person, of two lines each: ten million lines in a province."""


def sell(url: str) -> int:
    """Let everybody have ordered in other years too; say how many lines there are."""
    share = "CAST(CAST('x' || substr(md5(t.id::text || j), 1, 4) AS bit(16)) AS int)"
    ago = "CAST(CAST('x' || substr(md5(t.id::text), 1, 5) AS bit(20)) AS int)"
    own = {
        "id": "CAST(md5(t.id::text || 's' || j) AS uuid)",
        "cart_id": "CAST(md5(t.cart_id::text || 's' || j) AS uuid)",
        "order_id": "CAST(md5(t.order_id::text || 's' || j) AS uuid)",
        "number": "left(md5(t.number || 's' || j), 20)",
        "placed_at": f"t.placed_at - make_interval(days => j * 71, secs => {ago})",
        "state": f"CASE WHEN {share} % 1000 < 2 THEN 'pending' "
        f"WHEN {share} % 1000 < 60 THEN 'expired' "
        f"WHEN {share} % 1000 < 70 THEN 'refunded' ELSE t.state END",
    }
    second = {
        "id": "CAST(md5(t.id::text || 'b') AS uuid)",
        "position": "t.position + 50",
    }
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute("SET synchronous_commit = off")
        raw.execute("SET session_replication_role = replica")
        with _unindexed(raw, ["orders", "order_lines"]):
            years = f"generate_series(1, {ORDERS - 1}) j"
            for name in ("orders", "order_lines"):
                _again(raw, METADATA.tables[name], own, years)
            _again(raw, METADATA.tables["order_lines"], second, "(SELECT 1) j")
        raw.execute("VACUUM (ANALYZE) orders, order_lines")
        return _one(raw, "SELECT count(*) FROM order_lines")


def _again(
    raw: psycopg.Connection, table: SqlTable, own: dict[str, str], by: str
) -> None:
    """Write every row of a table once more, under what is its own."""
    names = [one.name for one in table.columns]
    values = ", ".join(own.get(name, f"t.{name}") for name in names)
    raw.execute(
        (
            f"INSERT INTO {table.name} ({', '.join(names)}) "
            f"SELECT {values} FROM {table.name} t, {by}"
        ).encode()
    )


def _book(raw: psycopg.Connection, who: UUID, persons: int) -> None:
    """Write everybody's evidence, chained as the house does."""
    shown = "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    rows = raw.execute(
        f"SELECT kind, {shown}, account_id::text, association_id::text, facts "
        "FROM evidence_lines WHERE stream = %s AND (n <= 10 OR n >= 18) "
        f"ORDER BY n LIMIT {LINES}".encode(),
        (f"person:{who}",),
    ).fetchall()
    assert len(rows) == LINES
    heads: dict[str, tuple[int, str]] = {}
    for start in range(1, persons + 1, _BLOCK):
        heads = {}
        everybody = range(start, min(persons + 1, start + _BLOCK))
        with raw.cursor().copy(
            "COPY evidence_lines (stream, n, at, kind, account_id, association_id, "
            "facts, prev, hash) FROM STDIN"
        ) as copy:
            for text in _lines(rows, [(str(who), k) for k in everybody], heads):
                copy.write(text)
        with raw.cursor().copy(
            "COPY evidence_heads (stream, n, hash) FROM STDIN"
        ) as copy:
            for stream, (n, hashed) in heads.items():
                copy.write(f"{stream}\t{n}\t\\\\x{hashed}\n")
        print(f"\r  {everybody[-1]:,} persons", end="", flush=True)
    print()


def _lines(
    rows: list[tuple[str, ...]],
    everybody: list[tuple[str, int]],
    heads: dict[str, tuple[int, str]],
) -> Iterator[str]:
    """Write a block's lines, each person's first, then each one's second."""
    streams = [(f"person:{_own(who, k)}", str(k)) for who, k in everybody]
    last = dict.fromkeys((stream for stream, _ in streams), START)
    for n, (kind, at, account, association, facts) in enumerate(rows, 1):
        study = _UUID.findall(facts)[-1] if kind == "study.segment" else None
        for stream, k in streams:
            told = facts.replace(study, _own(study, int(k))) if study else facts
            prev = last[stream]
            hashed = quick_digest(
                (stream, n, at, kind, account, association, told, prev)
            )
            last[stream] = hashed
            yield (
                f"{stream}\t{n}\t{at}\t{kind}\t{account or _NULL}\t"
                f"{association or _NULL}\t{told}\t\\\\x{prev.hex()}\t"
                f"\\\\x{hashed.hex()}\n"
            )
    heads |= {stream: (len(rows), last[stream].hex()) for stream, _ in streams}


_NULL = "\\N"


def _own(original: str, k: int) -> str:
    """Name a copy as the database does in `_value`."""
    return str(
        UUID(hashlib.md5(f"{original}{k}".encode(), usedforsecurity=False).hexdigest())
    )
