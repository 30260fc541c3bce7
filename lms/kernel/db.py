"""The database handle, the base of all tables, the column types and the triggers."""

from datetime import UTC, datetime
from enum import Enum
from typing import Any, ClassVar, cast
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    String,
    TypeDecorator,
    event,
)
from sqlalchemy import Enum as EnumColumn
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import Uuid


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime. A naive one is refused at the door."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Write an instant as UTC.

        Raises: ValueError for a naive one.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Read an instant; SQLite forgets the zone, and every stored one is UTC."""
        if isinstance(value, datetime):
            return (
                value.replace(tzinfo=UTC)
                if value.tzinfo is None
                else value.astimezone(UTC)
            )
        return cast("datetime | None", value)


BY_BEGINNING = {"name": "varchar_pattern_ops"}
"""What makes PostgreSQL find names by how they begin, whatever the server's locale."""

BigSeq = BigInteger().with_variant(Integer(), "sqlite")
"""The key of an append-only book: SQLite counts only INTEGER PRIMARY KEY by itself."""


class Table(DeclarativeBase):
    """Base of every table. Constraint names are fixed, so migrations can drop."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: Instant,
        UUID: Uuid(),
        dict[str, Any]: JSON,
        dict[str, str]: JSON,
        dict[str, int]: JSON,
        list[Any]: JSON,
        list[str]: JSON,
        list[int]: JSON,
        list[list[int]]: JSON,
        # By value, as text: a new member needs no ALTER TYPE.
        Enum: EnumColumn(
            Enum,
            native_enum=False,
            length=40,
            create_constraint=False,
            values_callable=lambda members: [m.value for m in members],
        ),
        str: String(),
    }


db = SQLAlchemy(metadata=Table.metadata)


def inserting(session: Session, table: type[Table]) -> Any:
    """Begin an insert that may say what to do when the row is there."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


WRITE = "lms_write"
"""The execution option that makes SQLite take its write lock at BEGIN."""


def prepare_sqlite(engine: Engine) -> None:
    """Make SQLite durable and honest: WAL, FULL, foreign keys, explicit BEGIN."""

    @event.listens_for(engine, "connect")
    def _connect(raw: Any, _record: object) -> None:
        # pysqlite's own idea of when to BEGIN breaks isolation; ours is below.
        raw.isolation_level = None
        cursor = raw.cursor()
        cursor.execute("PRAGMA busy_timeout=10000")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITE)
        # Straight to the driver: every request begins once or twice.
        raw: Any = connection.connection.dbapi_connection
        raw.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def append_only(table: SqlTable) -> None:
    """Attach triggers that refuse UPDATE and DELETE, on both engines.

    A migration repeats them in its own words; a house test compares.
    """
    name = table.name
    for verb in ("UPDATE", "DELETE"):
        event.listen(
            table,
            "after_create",
            DDL(  # type: ignore[no-untyped-call]  # SQLAlchemy's DDL is untyped
                f"CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON {name} "
                f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            ).execute_if(dialect="sqlite"),
        )
    event.listen(
        table,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]  # SQLAlchemy's DDL is untyped
            f"CREATE OR REPLACE FUNCTION {name}_append_only() RETURNS trigger AS $$ "
            f"BEGIN RAISE EXCEPTION '{name} is append-only'; END $$ LANGUAGE plpgsql"
        ).execute_if(dialect="postgresql"),
    )
    event.listen(
        table,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]  # SQLAlchemy's DDL is untyped
            f"CREATE TRIGGER {name}_append_only "
            f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_append_only()"
        ).execute_if(dialect="postgresql"),
    )
