"""The book of evidence."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import BigSeq, Table, append_only


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
    )


class EvidenceHead(Table):
    """Where each stream ends: the row that orders its writers.

    PII: none.
    """

    __tablename__ = "evidence_heads"

    stream: Mapped[str] = mapped_column(String(80), primary_key=True)
    n: Mapped[int] = mapped_column(Integer)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


append_only(cast("SqlTable", EvidenceLine.__table__))
