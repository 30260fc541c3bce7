"""Enrolments, the study head of a person, leases and studies."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
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
from lms.learning.rules.presence import CheckKind, Missed, Outcome
from lms.policy.model import Specialty


class Enrolment(Table):
    """A person's right to study one version of a course.

    `specialty` is where the credit goes; a 公共 course may still have none. Once closed
    (what was not studied yet was refunded) nothing more is earned; what was, stays.

    PII: none beyond the person's id.
    """

    __tablename__ = "enrolments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("course_versions.id"))
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    specialty: Mapped[Specialty | None]
    source: Mapped[str] = mapped_column(String(120), unique=True)
    enrolled_at: Mapped[datetime]
    lessons_total: Mapped[int] = mapped_column(Integer, default=0)
    lessons_done: Mapped[int] = mapped_column(Integer, default=0)
    last_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("person_id", "version_id"),
        # A desk asks who has a course, and how far they are: each is one stretch.
        Index(
            "ix_enrolments_course",
            "version_id",
            "completed_at",
            "closed_at",
            "last_at",
            "person_id",
        ),
        Index("ix_enrolments_desk", "association_id", "enrolled_at"),
    )


class StudyHead(Table):
    """One row a person: the lock that all study of that person takes.

    `credited_until` is the high-water mark: no instant before it earns again, on
    whatever device. `day_seconds` is what was credited on the legal day `day`. While
    the person holds a lease, these are the lease's to move. `check_left` is how far
    off the next presence check was when the last lease ended. Until `away_until` the
    person sits in a class, and nothing earns on a screen.

    Units: seconds, but `lag_ms`.
    PII: none beyond the person's id.
    """

    __tablename__ = "study_heads"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    credited_until: Mapped[datetime]
    day: Mapped[date]
    day_seconds: Mapped[int] = mapped_column(Integer, default=0)
    boot: Mapped[str] = mapped_column(String(40), default="")
    lag_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    check_left: Mapped[int | None] = mapped_column(Integer)
    away_until: Mapped[datetime | None]


class Study(Table):
    """How far one enrolment has come in one lesson.

    `watched` holds merged intervals of the film, `[[from, to], ...]`; a document is
    a film that lasts as long as its dwell. `furthest` is the end of what may be
    sought; `position` is where to resume.

    Units: seconds.
    PII: none; the enrolment knows the person.
    """

    __tablename__ = "studies"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"))
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lessons.id"))
    watched: Mapped[str] = mapped_column(Text, default="[]")
    watched_seconds: Mapped[int] = mapped_column(Integer, default=0)
    credited_seconds: Mapped[int] = mapped_column(Integer, default=0)
    furthest: Mapped[int] = mapped_column(Integer, default=0)
    position: Mapped[int] = mapped_column(Integer, default=0)
    answered: Mapped[list[str]] = mapped_column(default=list)
    questions_open: Mapped[int] = mapped_column(Integer, default=0)
    begun_at: Mapped[datetime]
    last_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("enrolment_id", "lesson_id"),
        CheckConstraint("credited_seconds >= 0", name="credited"),
    )


class Lease(Table):
    """The right to earn time in one lesson on one device, one at a time a person.

    While it is open it holds the person's mark and how far the lesson has come, and a
    beat reads and writes this one row; when it ends they go back to head and study.
    The lesson's measures are copied here when it opens. `answer` is what the last beat
    was told, for a retry. `boot` and `lag_ms` tell a clock that was set; `beats_hash`
    chains the beats; `gap_squares` sums the squares of the time between them.
    `check_at` is when the next presence check is due, `check_id` the one that waits;
    `proof` is where all stood when the person last proved to be there.

    Units: seconds, but `lag_ms` and `gap_squares` from milliseconds; `top_rate` in
    hundredths of normal speed.
    PII: browser family and network prefix of the device, open.
    """

    __tablename__ = "leases"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    study_id: Mapped[UUID] = mapped_column(ForeignKey("studies.id"))
    browser: Mapped[str] = mapped_column(String(60), default="")
    network: Mapped[str] = mapped_column(String(50), default="")
    started_at: Mapped[datetime]
    last_beat_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None] = mapped_column(String(20))
    seq: Mapped[int] = mapped_column(Integer, default=0)
    nonce: Mapped[str] = mapped_column(String(32))
    answer: Mapped[str] = mapped_column(Text, default="")
    credited_seconds: Mapped[int] = mapped_column(Integer, default=0)
    interval: Mapped[int] = mapped_column(Integer)
    film_seconds: Mapped[int] = mapped_column(Integer)
    target_seconds: Mapped[int] = mapped_column(Integer)
    top_rate: Mapped[int] = mapped_column(Integer, default=100)
    daily_cap_seconds: Mapped[int | None] = mapped_column(Integer)
    mark: Mapped[datetime]
    day: Mapped[date]
    day_seconds: Mapped[int] = mapped_column(Integer, default=0)
    watched: Mapped[str] = mapped_column(Text, default="[]")
    study_seconds: Mapped[int] = mapped_column(Integer, default=0)
    furthest: Mapped[int] = mapped_column(Integer, default=0)
    position: Mapped[int] = mapped_column(Integer, default=0)
    questions_open: Mapped[int] = mapped_column(Integer, default=0)
    boot: Mapped[str] = mapped_column(String(40), default="")
    lag_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    clock_steps: Mapped[int] = mapped_column(Integer, default=0)
    gap_squares: Mapped[int] = mapped_column(BigInteger, default=0)
    beats_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    check_at: Mapped[datetime | None]
    check_id: Mapped[UUID | None]
    checks_missed: Mapped[int] = mapped_column(Integer, default=0)
    proof: Mapped[str] = mapped_column(Text, default="")

    # No index on what a beat changes: PostgreSQL then rewrites the row in place.
    __table_args__ = (
        Index(
            "uq_leases_open_person",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_leases_study_id", "study_id"),
        {"postgresql_with": {"fillfactor": 60}},
    )


class PresenceCheck(Table):
    """One time that a person was asked whether they are there.

    It waits until it has an outcome, one at a time a person; then it stays as it is,
    and the evidence has its line. `excused` says that the time began again once,
    because the line was lost; `after_misses`, how many were missed in a row before.

    PII: none; the code is a number drawn for this check.
    """

    __tablename__ = "presence_checks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    lease_id: Mapped[UUID] = mapped_column(ForeignKey("leases.id"))
    study_id: Mapped[UUID] = mapped_column(ForeignKey("studies.id"))
    kind: Mapped[CheckKind]
    question_id: Mapped[str | None] = mapped_column(String(40))
    code: Mapped[str | None] = mapped_column(String(12))
    asked_at: Mapped[datetime]
    answer_until: Mapped[datetime]
    excused: Mapped[bool] = mapped_column(Boolean, default=False)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    after_misses: Mapped[int] = mapped_column(Integer, default=0)
    outcome: Mapped[Outcome | None]
    why: Mapped[Missed | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_presence_checks_waiting",
            "person_id",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        Index("ix_presence_checks_person_id", "person_id", "asked_at"),
    )


class PresencePicture(Table):
    """The picture by which a person answered a check, until its time is over.

    Its digest stays in the evidence when it has gone.

    PII: `picture` (sealed with the person's key).
    """

    __tablename__ = "presence_pictures"

    check_id: Mapped[UUID] = mapped_column(
        ForeignKey("presence_checks.id"), primary_key=True
    )
    person_id: Mapped[UUID] = mapped_column(index=True)
    picture: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[datetime]
    keep_until: Mapped[date] = mapped_column(index=True)
