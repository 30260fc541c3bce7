"""The bank, the attempts and the leave to try again."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.exams.rules import AttemptState, QuestionKind
from lms.kernel.db import Table
from lms.policy.model import Specialty


class Question(Table):
    """One question of a bank; without an association it is everybody's.

    A question that a paper has shown is never rewritten: an edit retires it and adds
    another. `key` holds places in `options`; it leaves the server on no page.

    PII: none.
    """

    __tablename__ = "questions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID | None] = mapped_column(index=True)
    specialty: Mapped[Specialty | None] = mapped_column(index=True)
    kind: Mapped[QuestionKind]
    chapter: Mapped[str] = mapped_column(String(80))
    stem: Mapped[str] = mapped_column(Text)
    options: Mapped[list[str]]
    key: Mapped[list[int]]
    explanation: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(200))
    retired_at: Mapped[datetime | None]
    digest: Mapped[bytes] = mapped_column(unique=True)


class Attempt(Table):
    """One sitting: the paper as shown, the answers as given, the mark.

    `paper` lists, place by place, the question and the order its options stood in;
    `answers` the shown places that were chosen, by place on the paper.

    Units: `score` whole points of 100. PII: none beyond the person's id.
    """

    __tablename__ = "attempts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    association_id: Mapped[UUID]
    specialty: Mapped[Specialty]
    period_from: Mapped[date]
    period_until: Mapped[date]
    n: Mapped[int]
    state: Mapped[AttemptState]
    paper: Mapped[list[Any]]
    answers: Mapped[dict[str, Any]]
    pass_mark: Mapped[int]
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime] = mapped_column(index=True)
    submitted_at: Mapped[datetime | None]
    score: Mapped[int | None]
    passed: Mapped[bool | None]

    __table_args__ = (
        UniqueConstraint(
            "person_id", "association_id", "specialty", "period_from", "n", name="nth"
        ),
        CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name="score"),
        Index(
            "ux_attempts_open",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )


class Unlock(Table):
    """Leave for one more attempt, by the association, with its reason.

    PII: none beyond ids; the reason must not name people.
    """

    __tablename__ = "exam_unlocks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    association_id: Mapped[UUID]
    specialty: Mapped[Specialty]
    period_from: Mapped[date]
    after_n: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300))
    given_by: Mapped[UUID]
    given_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint(
            "person_id",
            "association_id",
            "specialty",
            "period_from",
            "after_n",
            name="once",
        ),
    )
