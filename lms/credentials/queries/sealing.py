"""Whose certificates wait for keys that lie elsewhere."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.credentials.models import SealingQueue
from lms.kernel.ids import PersonId
from lms.policy.model import Specialty


def waiting_for_seal(session: Session, person_id: PersonId) -> frozenset[Specialty]:
    """Name the specialties of which a person's certificate waits."""
    asked = select(SealingQueue.specialty).where(SealingQueue.person_id == person_id)
    return frozenset(session.scalars(asked))


def sealing_queue(
    session: Session, limit: int
) -> tuple[tuple[PersonId, Specialty], ...]:
    """List what waits, the oldest first."""
    rows = session.execute(
        select(SealingQueue.person_id, SealingQueue.specialty)
        .order_by(SealingQueue.asked_at, SealingQueue.person_id)
        .limit(limit)
    )
    return tuple((PersonId(row.person_id), row.specialty) for row in rows)
