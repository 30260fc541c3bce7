"""The book of evidence."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import (
    DDL,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import BigSeq, Table, append_only

_BY_STAFF = text("association_id IS NOT NULL")


class EvidenceLine(Table):
    """One thing that was done. Never changed, never removed.

    `facts` is canonical JSON text, kept byte for byte as it was hashed.

    PII: none; ids and codes only.
    """

    __tablename__ = "evidence_lines"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    stream: Mapped[str] = mapped_column(String(80))
    n: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(60))
    account_id: Mapped[UUID | None]
    association_id: Mapped[UUID | None]
    facts: Mapped[str] = mapped_column(Text)
    prev: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))

    __table_args__ = (
        UniqueConstraint("stream", "n"),
        Index("ix_evidence_lines_at", "at"),
        # What a staff did: few beside what learners do.
        Index(
            "ix_evidence_lines_staff",
            "association_id",
            "seq",
            sqlite_where=_BY_STAFF,
            postgresql_where=_BY_STAFF,
        ),
    )


class EvidenceHead(Table):
    """Where each stream ends: the row that orders its writers.

    PII: none.
    """

    __tablename__ = "evidence_heads"

    stream: Mapped[str] = mapped_column(String(80), primary_key=True)
    n: Mapped[int] = mapped_column(Integer)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class EvidenceBody(Table):
    """What a line is about in full, as long as it must be kept.

    The line holds the SHA-256 of `salt` and `body`, so that it proves the body while
    that is here, and tells nothing of it once it has gone.

    PII: whatever the writer put in; sealed by the writer when it is personal.
    """

    __tablename__ = "evidence_bodies"

    line_seq: Mapped[int] = mapped_column(
        BigSeq, ForeignKey("evidence_lines.seq"), primary_key=True, autoincrement=False
    )
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    keep_until: Mapped[date] = mapped_column(index=True)


class EvidenceLeaf(Table):
    """The place of a line in the tree, given when it was sealed. Never changed.

    PII: none.
    """

    __tablename__ = "evidence_leaves"

    place: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=False)
    line_seq: Mapped[int] = mapped_column(BigSeq, unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class EvidenceNode(Table):
    """The root over a whole subtree of 256 ** level leaves. Never changed.

    PII: none.
    """

    __tablename__ = "evidence_nodes"

    level: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class EvidenceCheckpoint(Table):
    """The tree as it was at an instant, signed. Never changed.

    `seen_seq` is the newest line it looked at; whatever comes to sight later with a
    smaller one was under way in a transaction older than `horizon` (PostgreSQL alone
    counts them). Every line up to `settled_seq` is in the tree.

    PII: none.
    """

    __tablename__ = "evidence_checkpoints"

    size: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(Text)
    seen_seq: Mapped[int] = mapped_column(BigSeq)
    horizon: Mapped[int] = mapped_column(BigSeq)
    settled_seq: Mapped[int] = mapped_column(BigSeq)


class EvidenceKey(Table):
    """A public key that has sealed the book, from its first use on. Never changed.

    PII: none.
    """

    __tablename__ = "evidence_keys"

    text: Mapped[str] = mapped_column(String(200), primary_key=True)
    since: Mapped[datetime]


class EvidenceWitness(Table):
    """Somebody outside whom an association sends the day's checkpoint.

    `wrapped` is the data key of this row alone, under the house's key.

    PII: `address` (sealed); `name` is that of an office.
    """

    __tablename__ = "evidence_witnesses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(80))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    address: Mapped[bytes] = mapped_column(LargeBinary)
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class LegalHold(Table):
    """A stream whose bodies stay past their day, because somebody looks into it.

    PII: none; `reason` names a matter, not a person.
    """

    __tablename__ = "legal_holds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    stream: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(200))
    placed_by: Mapped[UUID | None]
    placed_at: Mapped[datetime]
    released_by: Mapped[UUID | None]
    released_at: Mapped[datetime | None]
    released_why: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        Index(
            "uq_legal_holds_open",
            "stream",
            unique=True,
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
    )


def _unchanging(table: SqlTable) -> None:
    """Refuse UPDATE alone: a body may go when its time has come, never differ."""
    name = table.name

    def _after(dialect: str, words: str) -> None:
        ddl = DDL(words).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]  # SQLAlchemy's DDL is untyped
        event.listen(table, "after_create", ddl)

    _after(
        "sqlite",
        f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} "
        f"BEGIN SELECT RAISE(ABORT, '{name} is never changed'); END",
    )
    _after(
        "postgresql",
        f"CREATE OR REPLACE FUNCTION {name}_no_update() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{name} is never changed'; END $$ LANGUAGE plpgsql",
    )
    _after(
        "postgresql",
        f"CREATE TRIGGER {name}_no_update BEFORE UPDATE OR TRUNCATE ON {name} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_no_update()",
    )


for _book in (
    EvidenceLine,
    EvidenceLeaf,
    EvidenceNode,
    EvidenceCheckpoint,
    EvidenceKey,
):
    append_only(cast("SqlTable", _book.__table__))
_unchanging(cast("SqlTable", EvidenceBody.__table__))
