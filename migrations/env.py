"""Run migrations on the connection that the house hands over."""

from alembic import context
from sqlalchemy import Enum

from lms import tables
from lms.kernel.db import Instant

config = context.config


def plainly(kind, thing, _autogen):
    """Write the house's column types in SQLAlchemy's own words: migrations import no lms."""
    if kind == "type" and isinstance(thing, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Enum):
        return f"sa.String(length={thing.length})"
    return False


def run() -> None:
    connection = config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=tables.METADATA,
        render_as_batch=True,
        render_item=plainly,
        compare_type=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
