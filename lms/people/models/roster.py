"""Lists that companies hand in, where invitations went, and who was nudged."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Table
from lms.people.rules.roster import NudgeKind


class RosterDraft(Table):
    """A list of people that somebody handed in and has not yet confirmed.

    What it says is sealed at once under a key of its own, and emptied when the list is
    taken over, dropped or a day old. `bad` rows keep all of it from being taken over.

    PII: names, addresses and ID numbers, sealed.
    """

    __tablename__ = "roster_drafts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    employer_id: Mapped[UUID] = mapped_column(ForeignKey("employers.id"), index=True)
    made_by: Mapped[UUID]
    made_at: Mapped[datetime] = mapped_column(index=True)
    rows: Mapped[int] = mapped_column(Integer)
    bad: Mapped[int] = mapped_column(Integer)
    known: Mapped[int] = mapped_column(Integer)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    taken_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]


class RosterEntry(Table):
    """What a company's list said of one whom it invited.

    The ID number is kept as its blind index alone: enough to say whether the person's
    own number is the same, and no more.

    PII: the blind index of an ID number.
    """

    __tablename__ = "roster_entries"

    link_id: Mapped[UUID] = mapped_column(
        ForeignKey("employer_links.id"), primary_key=True
    )
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("roster_drafts.id"))
    n: Mapped[int] = mapped_column(Integer)
    id_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    specialties: Mapped[list[str]]

    __table_args__ = (UniqueConstraint("draft_id", "n"),)


class LinkAddress(Table):
    """Where an invitation goes, while it waits for an answer.

    PII: a number or an address, sealed under a key of its own.
    """

    __tablename__ = "link_addresses"

    link_id: Mapped[UUID] = mapped_column(
        ForeignKey("employer_links.id"), primary_key=True
    )
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(index=True)


class Nudge(Table):
    """That a company reminded somebody, and of what. Once in three days.

    PII: links a person to a company.
    """

    __tablename__ = "nudges"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    link_id: Mapped[UUID] = mapped_column(ForeignKey("employer_links.id"))
    employer_id: Mapped[UUID] = mapped_column(ForeignKey("employers.id"))
    person_id: Mapped[UUID | None]
    kind: Mapped[NudgeKind]
    by_account: Mapped[UUID | None]
    told_on: Mapped[date]
    told_at: Mapped[datetime]

    __table_args__ = (
        # The lock on the link decides; this is the last net.
        UniqueConstraint("link_id", "told_on"),
        Index("ix_nudges_person", "person_id"),
        Index("ix_nudges_employer", "employer_id", "told_at"),
    )
