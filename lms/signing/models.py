"""Keys, what happened to them, and what is asked about them."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    text,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import BigSeq, Table, append_only
from lms.signing.rules import Act, Purpose, Root, Standing


class SigningKey(Table):
    """A key that an owner signs with, or has signed with. Never deleted.

    `chain` holds its certificates one after the other, the owner's first. `secret` is
    sealed under a key of its own, which the master key wraps. `question_id` is what
    two persons settled before it came; none in a demonstration. `other_name` is what
    its certificates or its seal call the owner, where that is not the owner's name;
    `vouched` is why the operator let it in, for everybody to read.

    PII: none.
    """

    __tablename__ = "signing_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(String(40), unique=True)
    purpose: Mapped[Purpose]
    owner: Mapped[str] = mapped_column(String(80))
    owner_name: Mapped[str] = mapped_column(String(200))
    public: Mapped[bytes] = mapped_column(LargeBinary)
    chain: Mapped[bytes] = mapped_column(LargeBinary)
    material: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    place: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    standing: Mapped[Standing]
    changed_at: Mapped[datetime | None]
    broken_at: Mapped[datetime | None]
    demonstration: Mapped[bool]
    made_at: Mapped[datetime]
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("approvals.id"))
    other_name: Mapped[str | None] = mapped_column(String(400))
    vouched: Mapped[str | None] = mapped_column(String(400))
    vouched_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("valid_from < valid_until", name="term"),
        Index(
            "uq_signing_keys_one_active",
            "owner",
            "purpose",
            unique=True,
            sqlite_where=text("standing = 'active'"),
            postgresql_where=text("standing = 'active'"),
        ),
    )


class SigningKeyLine(Table):
    """One change of a key, with its reason. Never changed.

    PII: none; `reason` is the words of a member of staff about the key.
    """

    __tablename__ = "signing_key_lines"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    key_id: Mapped[UUID] = mapped_column(ForeignKey("signing_keys.id"), index=True)
    act: Mapped[str] = mapped_column(String(40))
    standing: Mapped[Standing]
    reason: Mapped[str] = mapped_column(String(400))
    account_id: Mapped[UUID | None]
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("approvals.id"))
    at: Mapped[datetime]


class SigningQuestion(Table):
    """What one person asks about an owner's keys; an approval of the same id.

    What was brought waits here, its secret sealed; both go when the question ends.
    `other_name` as in the key's row; `foreign_seal` is one that another maker made.

    PII: none.
    """

    __tablename__ = "signing_questions"

    id: Mapped[UUID] = mapped_column(ForeignKey("approvals.id"), primary_key=True)
    act: Mapped[Act]
    purpose: Mapped[Purpose]
    owner: Mapped[str] = mapped_column(String(80), index=True)
    owner_name: Mapped[str] = mapped_column(String(200))
    key_id: Mapped[UUID | None] = mapped_column(ForeignKey("signing_keys.id"))
    kid: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    public: Mapped[bytes | None] = mapped_column(LargeBinary)
    chain: Mapped[bytes | None] = mapped_column(LargeBinary)
    material: Mapped[bytes | None] = mapped_column(LargeBinary)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    place: Mapped[str] = mapped_column(String(200))
    demonstration: Mapped[bool]
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    other_name: Mapped[str | None] = mapped_column(String(400))
    foreign_seal: Mapped[bool | None]

    __table_args__ = (
        Index(
            "uq_signing_questions_one_open",
            "owner",
            "purpose",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND act <> 'compromise'"),
            postgresql_where=text("ended_at IS NULL AND act <> 'compromise'"),
        ),
        Index(
            "uq_signing_questions_one_alarm",
            "key_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND act = 'compromise'"),
            postgresql_where=text("ended_at IS NULL AND act = 'compromise'"),
        ),
    )


class SigningRoot(Table):
    """One key pair of the house's own authority, its secret sealed. Never deleted.

    `kid` names it by its certificate. A pair that was retired certifies nobody any
    more, and signs its list of what was revoked as long as it is good.

    PII: none.
    """

    __tablename__ = "signing_roots"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(String(40), unique=True)
    generation: Mapped[int] = mapped_column(Integer)
    root: Mapped[Root]
    demonstration: Mapped[bool]
    certificate: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    valid_until: Mapped[datetime]
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("approvals.id"))

    __table_args__ = (
        Index(
            "uq_signing_roots_one_active",
            "root",
            "demonstration",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
    )


class SigningList(Table):
    """The newest list of a root's certificates that were revoked, signed by the root.

    `covers` is a digest of what is on it: another one asks for a new list at once.

    Units: `number` counts the lists of a root.
    PII: none.
    """

    __tablename__ = "signing_lists"

    root_id: Mapped[UUID] = mapped_column(
        ForeignKey("signing_roots.id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    covers: Mapped[bytes] = mapped_column(LargeBinary(32))
    made_at: Mapped[datetime]
    next_at: Mapped[datetime]


append_only(cast("SqlTable", SigningKeyLine.__table__))
