"""Companies that act here, and who belongs to them."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import BY_BEGINNING, BigSeq, Table, append_only
from lms.people.rules import (
    EmployerKind,
    LinkEnd,
    ProofFault,
    ProofMethod,
    ProofOutcome,
    Side,
)

ACTIVE = text(
    "person_agreed_at IS NOT NULL AND employer_agreed_at IS NOT NULL "
    "AND ended_at IS NULL"
)


class Employer(Table):
    """A company, by its unified social credit code.

    It is known once somebody names it; `opened_at` is when an account began to act for
    it, `kind` what that account says it is qualified for.

    PII: none; companies are published.
    """

    __tablename__ = "employers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[EmployerKind | None]
    opened_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class EmployerAgent(Table):
    """An account that acts for a company, or asks to.

    It is confirmed by the counter that saw its papers, or by another agent who was.

    PII: links an account to a company.
    """

    __tablename__ = "employer_agents"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    employer_id: Mapped[UUID] = mapped_column(ForeignKey("employers.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_employer_agents_account_id",
            "account_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class EmployerProof(Table):
    """One attempt to prove a company. Append-only; the last words count.

    `papers` names what was shown: licence, qualification, authorisation. `account_id`
    is the agent who came, `by_account` the teller.

    PII: none.
    """

    __tablename__ = "employer_proofs"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    employer_id: Mapped[UUID] = mapped_column(ForeignKey("employers.id"), index=True)
    method: Mapped[ProofMethod]
    outcome: Mapped[ProofOutcome]
    fault: Mapped[ProofFault | None]
    account_id: Mapped[UUID | None]
    office_id: Mapped[UUID | None]
    place: Mapped[str] = mapped_column(String(100))
    papers: Mapped[list[str]]
    by_account: Mapped[UUID | None]
    at: Mapped[datetime]


append_only(cast("SqlTable", EmployerProof.__table__))


class Employment(Table):
    """Where a person says to work, with the company's name as that person gave it.

    What certificates print. That both sides agree is an `EmployerLink`.

    PII: links a person to a company.
    """

    __tablename__ = "employments"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    employer_id: Mapped[UUID] = mapped_column(ForeignKey("employers.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    changed_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_employments_name", "name", postgresql_ops=BY_BEGINNING),
    )


class EmployerLink(Table):
    """A person and a company that agree to belong together, or are about to.

    Asked by one, agreed to by both, until its end; rows stay as history. An invitation
    finds its person by the blind index of the address it was written to, so that the
    company never learns whether there is such an account. `quiet_at` is when the person
    asked for no more reminders of this company.

    PII: links a person to a company; `shown` the address, masked; `called` and
    `reason` in the asker's words.
    """

    __tablename__ = "employer_links"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    employer_id: Mapped[UUID] = mapped_column(ForeignKey("employers.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    asked_by: Mapped[Side]
    asked_account: Mapped[UUID]
    asked_at: Mapped[datetime]
    contact_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    shown: Mapped[str] = mapped_column(String(60))
    called: Mapped[str] = mapped_column(String(60))
    sent_at: Mapped[datetime | None]
    person_agreed_at: Mapped[datetime | None]
    employer_agreed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[LinkEnd | None]
    ended_by: Mapped[Side | None]
    left_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(200))
    quiet_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_employer_links_active",
            "person_id",
            unique=True,
            sqlite_where=ACTIVE,
            postgresql_where=ACTIVE,
        ),
    )
