"""Sessions of class lessons, places in them, wishes, and how classes are held."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.classes.rules import Freed, How, PlaceState, SessionState, WaitState
from lms.kernel.db import Table

_KEPT = text("state <> 'freed'")
_LIVE = text("state IN ('held', 'taken')")
_KNOWN = text("device IS NOT NULL")
_IN_LINE = text("state IN ('waiting', 'offered')")


class ClassSession(Table):
    """One meeting of a class lesson: its row is the lock, and counts its places.

    It meets at an address, behind a link, or both. `cancelled_for` is the reason told
    to everybody.

    Units: `places` and `taken` persons.
    PII: the teacher's name, as the course page says it; of a session `from_register`
    there is none, and `class_teachers` says who.
    """

    __tablename__ = "class_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("course_versions.id"))
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lessons.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(120), default="")
    room: Mapped[str] = mapped_column(String(60), default="")
    link: Mapped[str] = mapped_column(String(400), default="")
    teacher: Mapped[str] = mapped_column(String(40), default="")
    from_register: Mapped[bool] = mapped_column(default=False, server_default=false())
    places: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[SessionState] = mapped_column(default=SessionState.PLANNED)
    cancelled_for: Mapped[str | None] = mapped_column(String(200))
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= places", name="taken"),
        CheckConstraint("ends_at > starts_at", name="times"),
        Index("ix_class_sessions_lesson_id", "lesson_id", "starts_at"),
        Index("ix_class_sessions_desk", "association_id", "starts_at"),
        Index("ix_class_sessions_state", "state", "starts_at"),
    )


class ClassTeacher(Table):
    """One teacher of the register who holds a session. PII: none."""

    __tablename__ = "class_teachers"

    session_id: Mapped[UUID] = mapped_column(
        ForeignKey("class_sessions.id"), primary_key=True
    )
    teacher_id: Mapped[UUID] = mapped_column(
        ForeignKey("teachers.id"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(Integer)


class ClassPlace(Table):
    """One person's place in one session, and how they were there.

    An unpaid order holds it (`order_id`); a place that was given up stays as a line,
    with why. `device` names the telephone that checked in, one person each; `spots`
    the spot roll calls that were answered.

    Units: `present_seconds`.
    PII: none beyond the person's id; the device is a digest.
    """

    __tablename__ = "class_places"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("class_sessions.id"))
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lessons.id"))
    person_id: Mapped[UUID]
    order_id: Mapped[UUID | None] = mapped_column(index=True)
    state: Mapped[PlaceState]
    taken_at: Mapped[datetime]
    freed_at: Mapped[datetime | None]
    freed_why: Mapped[Freed | None]
    in_at: Mapped[datetime | None]
    in_how: Mapped[How | None]
    out_at: Mapped[datetime | None]
    out_how: Mapped[How | None]
    device: Mapped[str | None] = mapped_column(String(32))
    spots: Mapped[list[int]] = mapped_column(default=list)
    present_seconds: Mapped[int] = mapped_column(Integer, default=0)
    settled_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_class_places_person",
            "session_id",
            "person_id",
            unique=True,
            sqlite_where=_KEPT,
            postgresql_where=_KEPT,
        ),
        Index(
            "uq_class_places_lesson",
            "person_id",
            "lesson_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(
            "uq_class_places_device",
            "session_id",
            "device",
            unique=True,
            sqlite_where=_KNOWN,
            postgresql_where=_KNOWN,
        ),
        CheckConstraint("(state = 'freed') = (freed_at IS NOT NULL)", name="freed"),
        CheckConstraint("present_seconds >= 0", name="present"),
    )


class ClassChoice(Table):
    """Which session somebody wants with a course that they are about to buy.

    PII: none beyond the person's id.
    """

    __tablename__ = "class_choices"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lessons.id"), primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("class_sessions.id"))
    chosen_at: Mapped[datetime]


class ClassWait(Table):
    """Somebody in line for a full session; a place that is offered is counted there.

    The line goes by `since`. Offered once, until then; who ended keeps a line of how.

    PII: none beyond the person's id.
    """

    __tablename__ = "class_waits"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("class_sessions.id"))
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lessons.id"))
    person_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[WaitState]
    since: Mapped[datetime]
    offered_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_class_waits_person",
            "session_id",
            "person_id",
            unique=True,
            sqlite_where=_IN_LINE,
            postgresql_where=_IN_LINE,
        ),
        Index("ix_class_waits_line", "session_id", "state", "since"),
        Index("ix_class_waits_until", "state", "until"),
        CheckConstraint("state <> 'offered' OR until IS NOT NULL", name="offered"),
    )


class ClassSpot(Table):
    """One spot roll call in a session: who is in the room scans again. PII: none."""

    __tablename__ = "class_spots"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("class_sessions.id"))
    n: Mapped[int] = mapped_column(Integer)
    opened_at: Mapped[datetime]
    until: Mapped[datetime]

    __table_args__ = (UniqueConstraint("session_id", "n"),)


class ClassTerms(Table):
    """How an association holds classes from a legal day on; nothing of it changes.

    What stood on the day of a session counts for that session.

    Units: percent, hours, sessions, days.
    PII: none.
    """

    __tablename__ = "class_terms"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    from_on: Mapped[date]
    present_percent: Mapped[int] = mapped_column(Integer)
    leave_hours: Mapped[int] = mapped_column(Integer)
    makeup_times: Mapped[int] = mapped_column(Integer)
    makeup_days: Mapped[int] = mapped_column(Integer)
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("association_id", "from_on"),
        CheckConstraint("present_percent BETWEEN 50 AND 100", name="percent"),
    )
