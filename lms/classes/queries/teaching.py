"""Who of the register holds a session, and what learners see of them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.rules.teaching import in_one_line
from lms.classes.models import ClassSession, ClassTeacher
from lms.classes.queries import SessionCard
from lms.teachers import queries as register
from lms.teachers.queries import ChoiceCard


def teachers(session: Session, session_id: UUID) -> tuple[ChoiceCard, ...]:
    """Say for the desk who holds a session, in the order in which they are named."""
    ids = session.scalars(
        select(ClassTeacher.teacher_id)
        .where(ClassTeacher.session_id == session_id)
        .order_by(ClassTeacher.position)
    ).all()
    return register.chosen(session, ids)


def named(session: Session, cards: Collection[SessionCard]) -> dict[UUID, str]:
    """Name who holds each session in one line: as typed, or who may be named now."""
    said = {one.id: one.teacher for one in cards}
    linked = [one.id for one in cards if one.from_register]
    if not linked:
        return said
    rows = session.execute(
        select(ClassTeacher.session_id, ClassTeacher.teacher_id)
        .where(ClassTeacher.session_id.in_(linked))
        .order_by(ClassTeacher.position)
    ).all()
    seen = register.public(session, {row.teacher_id for row in rows})
    for one in linked:
        said[one] = in_one_line(
            seen[row.teacher_id].name
            for row in rows
            if row.session_id == one and row.teacher_id in seen
        )
    return said


def holds_any(session: Session, teacher_id: UUID) -> bool:
    """Tell whether any session names a teacher."""
    some = select(ClassTeacher.session_id).where(ClassTeacher.teacher_id == teacher_id)
    return session.scalar(some.limit(1)) is not None


def held_by(session: Session, teacher_id: UUID) -> tuple[tuple[UUID, SessionCard], ...]:
    """List the sessions that a teacher holds or held, the newest first."""
    rows = session.execute(
        select(*(getattr(ClassSession, each) for each in SessionCard.__slots__))
        .join(ClassTeacher, ClassTeacher.session_id == ClassSession.id)
        .where(ClassTeacher.teacher_id == teacher_id)
        .order_by(ClassSession.starts_at.desc())
        .limit(100)
    )
    return tuple((row.lesson_id, SessionCard(**row._asdict())) for row in rows)
