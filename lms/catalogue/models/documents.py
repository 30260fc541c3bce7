"""Documents: sent by an author, made into pictures of their pages, on the shelf."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.catalogue.rules.documents import DocumentState
from lms.kernel.db import Table


class Document(Table):
    """A PDF that an author sent for a lesson, from its upload until it can be read.

    `sha256` is of what was sent; `source_key` that file on the shelf, there once the
    pages are. A process that works on it names itself in `owner` until `held_until`.

    Units: `size` and `kept_bytes` bytes; `done` pages of the work under way.
    PII: `made_by`, which member of staff sent it, and the name of their file.
    """

    __tablename__ = "documents"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[DocumentState] = mapped_column(default=DocumentState.WAITING)
    done: Mapped[int] = mapped_column(Integer, default=0)
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    owner: Mapped[str | None] = mapped_column(String(60))
    held_until: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(60))
    pages: Mapped[int] = mapped_column(Integer, default=0)
    source_key: Mapped[str | None] = mapped_column(String(64))
    kept_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    ready_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_documents_state", "state", "made_at"),
        Index("ix_documents_association_id", "association_id", "state"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint(
            "state != 'ready' OR (pages > 0 AND source_key IS NOT NULL)", name="ready"
        ),
    )


class DocumentPage(Table):
    """One page as a picture, and its words for who cannot see it. PII: none.

    Units: `width` and `height` pixels; `n` counts from one.
    """

    __tablename__ = "document_pages"

    document_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.id"), primary_key=True
    )
    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text, default="")
