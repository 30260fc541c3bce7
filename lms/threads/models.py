"""Matters, what was said in them, promised days, and templates of replies."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Table
from lms.policy.answering import Matter
from lms.threads.rules import Ending, Side, State

_UNSEEN = text("unseen")


class Thread(Table):
    """A question or complaint of one person, for oneself or for a company.

    `due_on` is the last day promised, as it was promised: a later limit does not move
    it. It is firm where the calendar reached so far, and else the earliest it can be.
    `passed_on_n` is the word by which it was passed on, `passed_from` the account that
    had it until then. The row is the lock of all that is said in it. `outside_at` is
    when it went to the reviewers that the operator sends, for nobody of the desk was
    left who had no part in it.

    A company's matter is the company's: what is said in it is sealed under a key of its
    own, `wrapped`, so that it stays when who asked is forgotten.

    Units: `workdays`, the working days that were promised; `last_n` counts the words.
    PII: `subject`, in the asker's words, sealed with the asker's key or the matter's.
    """

    __tablename__ = "threads"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    person_id: Mapped[UUID]
    employer_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("employers.id"), index=True
    )
    matter: Mapped[Matter]
    subject: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[State]
    opened_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    waits_since: Mapped[datetime]
    workdays: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[date]
    due_firm: Mapped[bool]
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    passed_on_n: Mapped[int | None] = mapped_column(Integer)
    passed_from: Mapped[UUID | None]
    ending: Mapped[Ending | None]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    helped: Mapped[bool | None]
    unseen: Mapped[bool]
    last_n: Mapped[int] = mapped_column(Integer)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    outside_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("workdays > 0", name="workdays"),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at"
        ),
        Index("ix_threads_queue", "association_id", "state", "due_on", "id"),
        Index("ix_threads_desk", "association_id", "moved_at", "id"),
        Index("ix_threads_mine", "person_id", "moved_at"),
        Index("ix_threads_silent", "state", "moved_at"),
        Index(
            "ix_threads_unseen",
            "account_id",
            sqlite_where=_UNSEEN,
            postgresql_where=_UNSEEN,
        ),
    )


class ThreadHolder(Table):
    """Who ever had a matter, by person, and how many words there were by then.

    Who had it before it was passed on decides it no more, with or without a word.

    PII: none; who had it is a person of staff.
    """

    __tablename__ = "thread_holders"

    thread_id: Mapped[UUID] = mapped_column(ForeignKey("threads.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(Integer)


class ThreadMessage(Table):
    """One word in a matter, sealed as its subject is, whoever said it.

    `once` is the form's own number: a page that is sent twice says a thing once.
    `interim`: the desk said something beforehand, and the answer is owed still.

    PII: `body`, sealed.
    """

    __tablename__ = "thread_messages"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    thread_id: Mapped[UUID] = mapped_column(ForeignKey("threads.id"))
    n: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]
    side: Mapped[Side]
    account_id: Mapped[UUID]
    person_id: Mapped[UUID]
    once: Mapped[UUID]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    interim: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("thread_id", "n"),
        UniqueConstraint("account_id", "once"),
    )


class ThreadFile(Table):
    """A paper or picture that came with a word, sealed as the word is.

    PII: `body`, sealed.
    """

    __tablename__ = "thread_files"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    thread_id: Mapped[UUID] = mapped_column(ForeignKey("threads.id"), index=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("thread_messages.id"))
    media: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class AnswerLimit(Table):
    """An association's own promise for one matter, from a legal day on.

    Units: working days.
    PII: none; who made it is an account of staff.
    """

    __tablename__ = "answer_limits"

    association_id: Mapped[UUID] = mapped_column(
        ForeignKey("associations.id"), primary_key=True
    )
    matter: Mapped[Matter] = mapped_column(primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    workdays: Mapped[int] = mapped_column(Integer)
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("workdays > 0", name="workdays"),)


class ReplyTemplate(Table):
    """Words that a desk says often, with blanks from a fixed list.

    `interim`: they answer nothing yet, and what they are said in goes on waiting.

    PII: none; who wrote it is an account of staff.
    """

    __tablename__ = "reply_templates"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(
        ForeignKey("associations.id"), index=True
    )
    matter: Mapped[Matter | None]
    title: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)
    interim: Mapped[bool] = mapped_column(default=False)
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime]
