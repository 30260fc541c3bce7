"""The outbox, and what people do not want to have."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import BigSeq, Table
from lms.notify.rules import Channel, MessageState, Wish


class OutboxMessage(Table):
    """A message owed, written in the transaction of what it tells.

    `sealed` holds the address and the secrets under a key of this message's own, kept
    wrapped beside it; both are emptied once it has been sent. `went_by` and `masked`
    say by which way it was last tried, `fault` is the code of why it failed, and
    `association_id` whose desk sees it. `said` are the words that went, subject first,
    where an association's desk may read them: those with a secret in them never.

    PII: address and codes, sealed; the address masked, open.
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
    association_id: Mapped[UUID | None]
    lane: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    repeatable: Mapped[bool] = mapped_column(server_default=text("false"))
    went_by: Mapped[Channel | None]
    masked: Mapped[str] = mapped_column(String(120), server_default="")
    fault: Mapped[str | None] = mapped_column(String(60))
    said: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("ix_outbox_due", "state", "lane", "next_try_at"),
        Index("ix_outbox_desk", "association_id", "owed_at", "seq"),
        Index("ix_outbox_desk_state", "association_id", "state", "owed_at", "seq"),
        Index("ix_outbox_desk_kind", "association_id", "template", "owed_at", "seq"),
    )


class Refusal(Table):
    """Somebody does not want what nobody must have, by one channel.

    PII: the wish of an account.
    """

    __tablename__ = "message_refusals"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id"), primary_key=True
    )
    wish: Mapped[Wish] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(primary_key=True)
    said_at: Mapped[datetime]


class MessageWording(Table):
    """An association's own words for one kind of message by one way.

    PII: none; who wrote it is an account of staff.
    """

    __tablename__ = "message_wordings"

    association_id: Mapped[UUID] = mapped_column(
        ForeignKey("associations.id"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(60), primary_key=True)
    way: Mapped[Channel] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime]
