"""Who waits for a place of a full session, and for whom one is kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.classes.models import ClassWait
from lms.classes.rules import IN_LINE, WaitState
from lms.kernel.ids import PersonId


@dataclass(frozen=True, slots=True)
class WaitCard:
    """Somebody in line. `place` counts from 1 among those who still wait."""

    session_id: UUID
    person_id: PersonId
    state: WaitState
    since: datetime
    until: datetime | None
    place: int

    def kept(self, now: datetime) -> bool:
        """Tell whether a place is kept for them now."""
        offered = self.state is WaitState.OFFERED
        return offered and self.until is not None and now < self.until


def line(session: Session, session_id: UUID) -> tuple[WaitCard, ...]:
    """List who is in line for a session: those with a place kept, then by turn."""
    return _cards(session, [session_id])


def of_person(
    session: Session, person_id: PersonId, session_ids: Collection[UUID]
) -> dict[UUID, WaitCard]:
    """Map sessions to somebody's turn in their lines."""
    mine = session.scalars(
        select(ClassWait.session_id).where(
            ClassWait.person_id == person_id,
            ClassWait.session_id.in_(session_ids),
            ClassWait.state.in_(IN_LINE),
        )
    ).all()
    return {
        one.session_id: one
        for one in _cards(session, mine)
        if one.person_id == person_id
    }


def lengths(session: Session, session_ids: Collection[UUID]) -> dict[UUID, int]:
    """Count who waits in the line of each session."""
    rows = session.execute(
        select(ClassWait.session_id, func.count())
        .where(ClassWait.session_id.in_(session_ids), ClassWait.state.in_(IN_LINE))
        .group_by(ClassWait.session_id)
    )
    return {row[0]: row[1] for row in rows}


def _cards(session: Session, session_ids: Collection[UUID]) -> tuple[WaitCard, ...]:
    if not session_ids:
        return ()
    rows = session.execute(
        select(
            ClassWait.session_id,
            ClassWait.person_id,
            ClassWait.state,
            ClassWait.since,
            ClassWait.until,
        )
        .where(ClassWait.session_id.in_(session_ids), ClassWait.state.in_(IN_LINE))
        .order_by(ClassWait.state, ClassWait.since, ClassWait.id)
    )
    turns: dict[UUID, int] = {}
    found = []
    for row in rows:
        if row.state is WaitState.WAITING:
            turns[row.session_id] = turns.get(row.session_id, 0) + 1
        turn = turns.get(row.session_id, 0)
        found.append(
            WaitCard(
                row.session_id,
                PersonId(row.person_id),
                row.state,
                row.since,
                row.until,
                turn if row.state is WaitState.WAITING else 0,
            )
        )
    return tuple(found)
