"""What the jobs of films and documents share: take one, hold it, let it be forgotten.

A process that works on one names itself on the row until a moment; who was killed lets
go after that, and another goes on.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from lms.catalogue.models import Document, Film, Lesson
from lms.kernel.work import Work

HELD = timedelta(seconds=30)
"""So long one is held without a word; who was killed lets go after that."""

ORPHANED = timedelta(hours=24)
"""So long one may be there that no lesson names."""

Sent = TypeVar("Sent", Film, Document)


def oldest_free(
    work: Work, kind: type[Sent], states: Collection[StrEnum]
) -> Sent | None:
    """Lock the oldest in these states that nobody holds."""
    free = or_(kind.held_until.is_(None), kind.held_until < work.now)
    return work.session.scalar(
        select(kind)
        .where(kind.state.in_(states), free)
        .order_by(kind.made_at, kind.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def grip(work: Work, sent: Film | Document, owner: str) -> None:
    """Begin an attempt at one that was locked."""
    sent.attempt += 1
    sent.owner, sent.held_until, sent.done = owner, work.now + HELD, 0
    work.session.flush()


def held(
    work: Work, kind: type[Sent], one: UUID, owner: str, states: Collection[StrEnum]
) -> Sent | None:
    """Lock one that is still in these hands and in one of these states."""
    return work.session.scalar(
        select(kind)
        .where(kind.id == one, kind.owner == owner, kind.state.in_(states))
        .with_for_update()
    )


def went_on(now: datetime, sent: Film | Document, done: int) -> None:
    """Write down how far the work is, and hold it on."""
    sent.done = max(sent.done, done)
    sent.held_until = now + HELD


def forget(
    work: Work,
    kind: type[Sent],
    dropped: StrEnum,
    named_by: InstrumentedAttribute[UUID | None],
    parts: Collection[InstrumentedAttribute[UUID]],
) -> tuple[UUID, ...]:
    """Take what was dropped off the books, with its parts; name what can go from disk.

    What a lesson still names by that column stays.
    """
    gone = tuple(
        work.session.scalars(
            select(kind.id).where(
                kind.state == dropped,
                ~select(Lesson.id).where(named_by == kind.id).exists(),
            )
        )
    )
    for part in parts:
        work.session.execute(delete(part.class_).where(part.in_(gone)))
    work.session.execute(delete(kind).where(kind.id.in_(gone)))
    return gone
