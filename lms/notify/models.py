"""The outbox."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import BigSeq, Table
from lms.notify.rules import Channel, MessageState


class OutboxMessage(Table):
    """A message owed, written in the transaction of what it tells.

    `sealed` holds the address and the secrets under a key of this message's own, kept
    wrapped beside it; both are emptied once it has been sent.

    PII: address and codes, sealed.
    """

    __tablename__ = "outbox"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    channel: Mapped[Channel]
    template: Mapped[str] = mapped_column(String(60))
    locale: Mapped[str] = mapped_column(String(10))
    to_account: Mapped[UUID | None] = mapped_column(index=True)
    facts: Mapped[dict[str, Any]]
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[MessageState]
    tries: Mapped[int] = mapped_column(Integer)
    owed_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_outbox_due", "state", "next_try_at"),)
