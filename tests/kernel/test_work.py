"""One unit of work: all of it or nothing, and only one at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from lms.assembly import assemble
from lms.catalogue import queries
from lms.kernel.clock import legal_day, start_of
from lms.kernel.db import Instant, db
from lms.kernel.settings import from_env
from tests.make import catalogue as make


def test_an_error_takes_everything_back(begin: Callable[..., Any]) -> None:
    def fail() -> None:
        with begin() as work:
            make.association(work)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert queries.associations(db.session()) == ()


def test_two_units_are_never_open_at_once(begin: Callable[..., Any]) -> None:
    with (
        begin(),
        pytest.raises(RuntimeError, match="already open"),
        begin(),
    ):
        pass


def test_a_naive_instant_is_refused_at_the_door(app: Flask) -> None:
    with pytest.raises(ValueError, match="naive"):
        Instant().process_bind_param(datetime(2026, 1, 1), db.engine.dialect)  # noqa: DTZ001 - this is what is refused


def test_a_legal_day_begins_at_midnight_in_shanghai() -> None:
    instant = datetime.fromisoformat("2026-05-31T16:00:00+00:00")
    assert start_of(legal_day(instant)) == instant


def test_sqlite_is_durable_and_keeps_its_promises(tmp_path: Path) -> None:
    """Of a house as it is served: that of the tests does not wait for the disk."""
    served = assemble(from_env({"LMS_DATA_DIR": str(tmp_path)}), limits=False)
    with served.app_context():
        pragmas = {
            name: db.session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
        db.session.remove()
        db.engine.dispose()
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }
