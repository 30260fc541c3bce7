"""Bring the database to the newest shape."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from lms.kernel.db import WRITE, db

_FOLDER = Path(__file__).parents[2] / "migrations"
_LOCK_KEY = 0x78756564


def config(connection: Connection) -> Config:
    """Make Alembic's settings for one open connection."""
    made = Config()
    made.set_main_option("script_location", str(_FOLDER))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


def upgrade(revision: str = "head") -> None:
    """Run every migration that is not in yet; two processes never both do."""
    with (
        db.engine.connect().execution_options(**{WRITE: True}) as connection,
        connection.begin(),
    ):
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            key = {"key": _LOCK_KEY}
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), key)
        command.upgrade(config(connection), revision)


def downgrade(revision: str) -> None:
    """Take migrations back, down to and without `revision`."""
    with (
        db.engine.connect().execution_options(**{WRITE: True}) as connection,
        connection.begin(),
    ):
        command.downgrade(config(connection), revision)
