"""Which streams are held."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.evidence.models import LegalHold


@dataclass(frozen=True, slots=True)
class HoldCard:
    """A hold on a stream, open or released."""

    stream: str
    reason: str
    placed_at: datetime
    released_at: datetime | None


def held(session: Session) -> frozenset[str]:
    """Name the streams of which nothing may be removed now."""
    asked = select(LegalHold.stream).where(LegalHold.released_at.is_(None))
    return frozenset(session.scalars(asked))


def holds(session: Session, stream: str | None = None) -> tuple[HoldCard, ...]:
    """List holds, the newest first; of one stream when it is named."""
    asked = select(
        LegalHold.stream, LegalHold.reason, LegalHold.placed_at, LegalHold.released_at
    ).order_by(LegalHold.placed_at.desc())
    if stream is not None:
        asked = asked.where(LegalHold.stream == stream)
    return tuple(HoldCard(**row._asdict()) for row in session.execute(asked))
