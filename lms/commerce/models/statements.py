"""Bank statements: files that came, their lines, and money that goes back."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.commerce.rules.statements import ImportState, LineState, ReturnState
from lms.kernel.db import Table


class BankMapping(Table):
    """Which column is what in one bank's form of statement, known by its heads.

    PII: none; the account is an association's.
    """

    __tablename__ = "bank_mappings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    bank: Mapped[str] = mapped_column(String(60))
    account: Mapped[str] = mapped_column(String(60))
    columns: Mapped[dict[str, int]]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("association_id", "fingerprint"),)


class StatementImport(Table):
    """One statement file, from the upload on.

    `body` are its cells, only until the lines are taken; `wrapped` is the key of this
    file alone, under which they and the payers' accounts are sealed.

    Units: fen; `head` counts rows from 0; `gaps` are row numbers.
    PII: `body`, sealed.
    """

    __tablename__ = "statement_imports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    state: Mapped[ImportState]
    bank: Mapped[str] = mapped_column(String(60))
    account: Mapped[str] = mapped_column(String(60))
    file_name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    fingerprint: Mapped[str] = mapped_column(String(64))
    head: Mapped[int] = mapped_column(Integer)
    columns: Mapped[dict[str, int]]
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    new_lines: Mapped[int] = mapped_column(Integer, default=0)
    known_lines: Mapped[int] = mapped_column(Integer, default=0)
    skipped: Mapped[int] = mapped_column(Integer, default=0)
    matched: Mapped[int] = mapped_column(Integer, default=0)
    in_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    out_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    gaps: Mapped[list[int]]
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_statement_imports_desk", "association_id", "made_at"),
        Index("ix_statement_imports_reach", "association_id", "account", "last_on"),
    )


class StatementLine(Table):
    """One line of a bank's statement: stored once, however often it is downloaded.

    What became of its money is added up in the columns of fen. `guess` are the
    orders that it may be for, as the rule saw it last: order, fen, confidence, reasons.

    Units: fen, what left the account is negative; `booked_on` is a legal day.
    PII: `payer`, `remark` and `summary` as the bank prints them; `payer_account` sealed
    with the key of the file that brought it.
    """

    __tablename__ = "statement_lines"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    import_id: Mapped[UUID] = mapped_column(
        ForeignKey("statement_imports.id"), index=True
    )
    n: Mapped[int] = mapped_column(Integer)
    bank: Mapped[str] = mapped_column(String(60))
    account: Mapped[str] = mapped_column(String(60))
    ref: Mapped[str] = mapped_column(String(60))
    booked_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    running_no: Mapped[str] = mapped_column(String(60))
    payer: Mapped[str] = mapped_column(String(200))
    payer_account: Mapped[bytes | None] = mapped_column(LargeBinary)
    remark: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(200))
    balance_fen: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[LineState]
    kept: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str] = mapped_column(String(200), default="")
    proposed_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    confirmed_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    returning_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    returned_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    confidence: Mapped[int] = mapped_column(Integer, default=0)
    guess: Mapped[list[Any]]

    __table_args__ = (
        UniqueConstraint(
            "association_id",
            "bank",
            "account",
            "ref",
            "booked_on",
            "amount_fen",
            "running_no",
            name="uq_statement_lines_line",
        ),
        CheckConstraint(
            "proposed_fen >= 0 AND confirmed_fen >= 0 AND returning_fen >= 0 "
            "AND returned_fen >= 0 AND (amount_fen < 0 OR proposed_fen + confirmed_fen "
            "+ returning_fen + returned_fen <= amount_fen)",
            "spoken_for_within_amount",
        ),
        Index("ix_statement_lines_queue", "association_id", "state", "booked_on", "id"),
        Index("ix_statement_lines_day", "association_id", "booked_on", "id"),
        Index("ix_statement_lines_number", "association_id", "running_no", "booked_on"),
    )


class LineReturn(Table):
    """Money that came by mistake and goes back: one person asks, another agrees.

    `bank_line` is the bank's own number of the line by which it went.

    Units: fen; `returned_on` is a legal day.
    PII: none.
    """

    __tablename__ = "statement_returns"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("statement_lines.id"), index=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    approval_id: Mapped[UUID] = mapped_column(ForeignKey("approvals.id"), unique=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[ReturnState]
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    bank_line: Mapped[str | None] = mapped_column(String(60))
    returned_on: Mapped[date | None]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("association_id", "bank_line"),
        CheckConstraint("amount_fen > 0", "amount_positive"),
        Index("ix_statement_returns_desk", "association_id", "state"),
    )
