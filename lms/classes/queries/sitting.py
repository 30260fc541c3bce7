"""Who sat in which class, and where several persons stand in several classes."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.classes.models import ClassPlace, ClassSession
from lms.classes.queries import PlaceCard, SessionCard, read_place, read_session
from lms.classes.rules import PlaceState
from lms.kernel.ids import PersonId


def sat_in(
    session: Session, person_id: PersonId, lesson_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Name those of these lessons in a session of which a person has sat."""
    return frozenset(
        session.scalars(
            select(ClassPlace.lesson_id).where(
                ClassPlace.person_id == person_id,
                ClassPlace.lesson_id.in_(lesson_ids),
                ClassPlace.state != PlaceState.FREED,
                ClassPlace.in_at.is_not(None),
            )
        )
    )


def standing_in(
    session: Session, person_ids: Collection[UUID], lesson_ids: Collection[UUID]
) -> dict[tuple[UUID, UUID], tuple[PlaceCard, SessionCard]]:
    """Map person and lesson to the place that counts most: earned, or taken, or missed.

    Shape: (person id, lesson id) to the place and its session.
    """
    rows = session.execute(
        select(ClassPlace, ClassSession)
        .join(ClassSession, ClassSession.id == ClassPlace.session_id)
        .where(
            ClassPlace.person_id.in_(person_ids),
            ClassPlace.lesson_id.in_(lesson_ids),
            ClassPlace.state != PlaceState.FREED,
        )
        .order_by(ClassSession.starts_at)
    )
    found: dict[tuple[UUID, UUID], tuple[PlaceCard, SessionCard]] = {}
    for one, other in rows:
        key = (one.person_id, one.lesson_id)
        if key not in found or found[key][0].state is PlaceState.MISSED:
            found[key] = (read_place(one), read_session(other))
    return found
