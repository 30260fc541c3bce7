"""Migrations go up, down and up again, and end where the models are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from lms import tables
from lms.assembly import assemble
from lms.jobs import migrate
from lms.kernel.db import db
from lms.kernel.settings import from_env
from tests import engines

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Flask]:
    """The house over a database with nothing in it."""
    env = {"LMS_DATA_DIR": str(tmp_path)}
    if os.environ.get("LMS_TEST_ENGINE") == "postgresql":
        env["DATABASE_URL"] = _second_database()
    app = assemble(from_env(env), limits=False)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _second_database() -> str:
    base = engines.postgresql_url()
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS migrated WITH (FORCE)")
        connection.execute("CREATE DATABASE migrated")
    return f"{base.rpartition('/')[0]}/migrated"


def names() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def triggers() -> set[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if db.engine.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with db.engine.connect() as connection:
        return set(connection.scalars(text(query)))


def test_up_down_and_up_again(bare: Flask) -> None:
    migrate.upgrade()
    first = names()
    migrate.downgrade("base")
    assert names() == set()
    migrate.upgrade()
    assert names() == first == set(tables.METADATA.tables)


def test_models_and_migrations_agree(bare: Flask) -> None:
    migrate.upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.METADATA) == []


def test_the_triggers_are_those_of_the_models(bare: Flask) -> None:
    migrate.upgrade()
    migrated = triggers()
    migrate.downgrade("base")
    tables.METADATA.create_all(db.engine)
    assert triggers() == migrated
    assert migrated


def test_a_second_start_changes_nothing(bare: Flask) -> None:
    migrate.upgrade()
    before = triggers()
    migrate.upgrade()
    assert triggers() == before


@pytest.mark.parametrize("book", ["hours_entries", "evidence_lines", "certificates"])
def test_a_book_refuses_to_be_rewritten(bare: Flask, book: str) -> None:
    migrate.upgrade()
    if db.engine.dialect.name == "sqlite":
        # SQLite fires row triggers only: look at the words instead of making a row.
        assert {f"{book}_no_update", f"{book}_no_delete"} <= triggers()
        return
    with (
        pytest.raises(DatabaseError, match="append-only"),
        db.engine.begin() as connection,
    ):
        connection.execute(text(f"DELETE FROM {book}"))


def test_a_migration_imports_nothing_of_the_house() -> None:
    guilty = [f.name for f in VERSIONS.glob("*.py") if "lms" in f.read_text("utf-8")]
    assert not guilty
