"""Lock sessions and places, always in the same order: head, sessions, places."""

from collections.abc import Iterable, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, select, update

from lms.classes.models import ClassPlace, ClassSession, ClassWait
from lms.classes.rules import LIVE
from lms.evidence import services as evidence
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.kernel.work import Work


def lock_sessions(work: Work, ids: Iterable[UUID]) -> dict[UUID, ClassSession]:
    """Lock sessions in the order of their ids, before anything of them is read."""
    rows = work.session.scalars(
        select(ClassSession)
        .where(ClassSession.id.in_(set(ids)))
        .order_by(ClassSession.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


def lock_session(
    work: Work, session_id: UUID, association_id: UUID | None = None
) -> ClassSession:
    """Lock one session, of an association where one is named.

    Raises: NotFound.
    """
    row = lock_sessions(work, [session_id]).get(session_id)
    if row is None or association_id not in {None, row.association_id}:
        raise NotFound("class.unknown")
    return row


def lock_places(work: Work, *which: ColumnElement[bool]) -> Sequence[ClassPlace]:
    """Lock places; their sessions, where they are needed, are locked before."""
    return work.session.scalars(
        select(ClassPlace)
        .where(*which)
        .order_by(ClassPlace.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def live_place(work: Work, person_id: PersonId, lesson_id: UUID) -> ClassPlace | None:
    """Find and lock the place that a person has in a lesson, paid or not."""
    found = lock_places(
        work,
        ClassPlace.person_id == person_id,
        ClassPlace.lesson_id == lesson_id,
        ClassPlace.state.in_(LIVE),
    )
    return found[0] if found else None


def count(work: Work, session_id: UUID, by: int) -> bool:
    """Count places of a session in one guarded step; tell whether there was room."""
    done = work.session.execute(
        update(ClassSession)
        .where(
            ClassSession.id == session_id,
            ClassSession.taken + by <= ClassSession.places,
            ClassSession.taken + by >= 0,
        )
        .values(taken=ClassSession.taken + by)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", done).rowcount == 1


def note(work: Work, place: ClassPlace | ClassWait, deed: str, **facts: object) -> None:
    """Write a line about a place, or a wait for one, into its person's evidence."""
    evidence.note(
        work,
        f"person:{place.person_id}",
        deed,
        place=place.id,
        session=place.session_id,
        lesson=place.lesson_id,
        **facts,
    )
