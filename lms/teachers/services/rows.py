"""The one row that every deed locks, its key, and its line."""

from uuid import UUID

from sqlalchemy import select

from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, NotFound
from lms.kernel.work import Work
from lms.teachers.models import Teacher
from lms.teachers.queries import key_of
from lms.teachers.rules import State

LONGEST_REASON = 400


def locked(work: Work, association_id: UUID, teacher_id: UUID) -> Teacher:
    """Find and lock a teacher of this association who was not forgotten.

    Raises: NotFound, for a foreign one too; Conflict for a forgotten one.
    """
    row = work.session.scalar(
        select(Teacher)
        .where(Teacher.id == teacher_id, Teacher.association_id == association_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("teacher.unknown")
    if row.wrapped is None:
        raise Conflict("teacher.forgotten")
    return row


def writable(work: Work, association_id: UUID, teacher_id: UUID) -> Teacher:
    """Find a teacher of whom something may be written now.

    Raises: NotFound; Conflict while somebody checks, and after leaving.
    """
    row = locked(work, association_id, teacher_id)
    if row.state is State.WAITING:
        raise Conflict("teacher.waiting")
    if row.state is State.RETIRED:
        raise Conflict("teacher.retired")
    return row


def key(row: Teacher) -> bytes:
    """Open the data key of a teacher who was not forgotten.

    Raises: Conflict.
    """
    found = key_of(row)
    if found is None:
        raise Conflict("teacher.forgotten")
    return found


def written(work: Work, row: Teacher) -> None:
    """Note that something was written by whom: it wants another person's check."""
    who = str(work.actor.person_id)
    row.entered_by = [*(one for one in row.entered_by if one != who), who]
    row.state, row.edition = State.DRAFT, row.edition + 1
    work.session.flush()


def note(work: Work, row: Teacher, deed: str, **facts: object) -> None:
    """Write a deed into the teacher's stream: codes and days, never what is sealed."""
    work.session.flush()
    evidence.note(
        work,
        f"teacher:{row.id}",
        f"teacher.{deed}",
        association=row.association_id,
        **facts,
    )
