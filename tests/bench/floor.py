"""The floors: the server when the application does nothing, and one durable upsert."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from typing import Any

import psycopg

BODY = b"ok"
_MINE = threading.local()
_ADDRESS = os.environ.get("FLOOR_DATABASE", "")
_TABLE = "CREATE TABLE IF NOT EXISTS floor (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)"
_UPSERT = (
    "INSERT INTO floor (id, n) VALUES ({0}, 1) "
    "ON CONFLICT (id) DO UPDATE SET n = floor.n + 1"
)


def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer at once, or after one upsert that is on disk."""
    if environ["REQUEST_METHOD"] == "POST":
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        _upsert(int(environ["QUERY_STRING"]))
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [BODY]


def _upsert(key: int) -> None:
    if not hasattr(_MINE, "connection"):
        _MINE.connection = _connect()
    mark = "?" if _ADDRESS.endswith(".sqlite3") else "%s"
    _MINE.connection.execute(_UPSERT.format(mark), (key,))


def _connect() -> Any:
    if not _ADDRESS.endswith(".sqlite3"):
        server = psycopg.connect(_ADDRESS, autocommit=True)
        server.execute(_TABLE)
        return server
    file = sqlite3.connect(_ADDRESS, isolation_level=None)
    for setting in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL"):
        file.execute(f"PRAGMA {setting}")
    file.execute(_TABLE)
    return file
