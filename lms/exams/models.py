"""The bank, plans, attempts and answers, and leave to try again or to sit longer."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.exams.rules import AttemptState, Difficulty, QuestionKind
from lms.kernel.db import Table
from lms.policy.model import Specialty


def _own_id(context: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's context
    return context.get_current_parameters()["id"]


def _own_digest(context: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's context
    return context.get_current_parameters()["digest"]


class Question(Table):
    """One version of a question of a bank; without an association it is everybody's.

    No version is ever rewritten: an edit retires it and adds the next one of the same
    `root_id`. A case is a row of kind `case`, and a row for each of its questions under
    `case_id`, in the order of `place`. `key` holds places in `options`; it leaves the
    server on no page but the author's. `words` is all that it says, bare, for search.

    `digest` names what a paper shows of it, `sameness` what makes two questions one.

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
    digest: Mapped[bytes]
    difficulty: Mapped[Difficulty] = mapped_column(default=Difficulty.MEDIUM)
    root_id: Mapped[UUID] = mapped_column(default=_own_id)
    version: Mapped[int] = mapped_column(default=1)
    replaced_by: Mapped[UUID | None]
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("questions.id"))
    place: Mapped[int] = mapped_column(default=0)
    sameness: Mapped[bytes] = mapped_column(default=_own_digest)
    words: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime | None]
    made_by: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("root_id", "version"),
        Index("ix_questions_case", "case_id", "place"),
        Index(
            "ux_questions_live",
            "sameness",
            unique=True,
            sqlite_where=text("retired_at IS NULL AND case_id IS NULL"),
            postgresql_where=text("retired_at IS NULL AND case_id IS NULL"),
        ),
    )


class QuestionTwin(Table):
    """Two questions that say nearly the same, and whether somebody let both stand.

    By roots, the smaller first; `left_id` and `right_id` are the versions that were
    compared.

    Units: `percent` of shingles in common. PII: none beyond an account's id.
    """

    __tablename__ = "question_twins"

    left_root: Mapped[UUID] = mapped_column(primary_key=True)
    right_root: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    left_id: Mapped[UUID] = mapped_column(ForeignKey("questions.id"))
    right_id: Mapped[UUID] = mapped_column(ForeignKey("questions.id"))
    percent: Mapped[int]
    found_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None]


class QuestionImport(Table):
    """A file of questions that was read and waits for a yes; then only its report.

    PII: none beyond an account's id; the file's name must not name people.
    """

    __tablename__ = "question_imports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(index=True)
    account_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[bytes]
    made_at: Mapped[datetime] = mapped_column(index=True)
    questions: Mapped[list[Any]]
    report: Mapped[dict[str, Any]]
    done_at: Mapped[datetime | None]


class ExamBlueprint(Table):
    """A plan for papers, put to a second person; the question has the same id.

    In force from its day on, when it was approved; the newest day wins, one for a
    specialty before one for all. Never changed.

    Units: `content` as `rules.blueprints.kept`, points in hundredths. PII: none.
    """

    __tablename__ = "exam_blueprints"

    id: Mapped[UUID] = mapped_column(ForeignKey("approvals.id"), primary_key=True)
    association_id: Mapped[UUID]
    specialty: Mapped[Specialty | None]
    effective_from: Mapped[date]
    content: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_exam_blueprints_desk", "association_id", "effective_from"),
    )


class Attempt(Table):
    """One sitting: the paper as shown, the answers as given, the mark.

    `paper` lists, place by place, the question, its kind, the order its options stood
    in, what it is worth and the case it belongs to (the last two are missing where all
    places are worth the same); `answers` the shown places that were chosen, by place.

    Units: `score` whole points of 100; worth in hundredths of a point.
    PII: none beyond the person's id.
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
    blueprint_id: Mapped[UUID | None]
    extra_minutes: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        UniqueConstraint(
            "person_id", "association_id", "specialty", "period_from", "n", name="nth"
        ),
        CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name="score"),
        Index("ix_attempts_desk", "association_id", "submitted_at"),
        Index(
            "ux_attempts_open",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        # The few who failed, for the queue of those who need another attempt.
        Index("ix_attempts_failed", "association_id", "passed", "n"),
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


class ExamTime(Table):
    """More time for a person who needs it, at one association, up to a day.

    Units: `percent` of the usual time. PII: that a person needs it; why is told to
    those who decide, in the claim.
    """

    __tablename__ = "exam_times"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    association_id: Mapped[UUID]
    percent: Mapped[int]
    until: Mapped[date]
    approval_id: Mapped[UUID] = mapped_column(unique=True)
    given_by: Mapped[UUID]
    given_at: Mapped[datetime]


class ExamAnswer(Table):
    """One marked answer, for the analysis of questions; written with the mark.

    `chosen` has a bit for each option of the question, in the stored order. `worth` and
    `total` are shares of the whole paper: of this place, and of all that was right.

    Units: ten-thousandths of a paper. PII: none beyond the attempt's id.
    """

    __tablename__ = "exam_answers"

    association_id: Mapped[UUID] = mapped_column(primary_key=True)
    question_id: Mapped[UUID] = mapped_column(
        ForeignKey("questions.id"), primary_key=True
    )
    attempt_id: Mapped[UUID] = mapped_column(
        ForeignKey("attempts.id"), primary_key=True
    )
    good: Mapped[int] = mapped_column(SmallInteger)
    worth: Mapped[int] = mapped_column(SmallInteger)
    total: Mapped[int] = mapped_column(SmallInteger)
    chosen: Mapped[int] = mapped_column(SmallInteger)
    graded_on: Mapped[date]

    # Together with its key in one tree: a question's answers lie side by side.
    __table_args__ = ({"sqlite_with_rowid": False},)
