"""Corrections as they were asked, opened for those who decide."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.approvals import queries as approvals
from lms.approvals.queries import ApprovalCard
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import ApprovalId, PersonId
from lms.people.models import Correction
from lms.people.queries.profile import place
from lms.people.rules import CORRECTION, Change, Section, restored


@dataclass(frozen=True, slots=True)
class OpenCorrection:
    """A correction with what it says. PII: all of it."""

    change: Change
    picture: bytes | None = field(repr=False)
    paper: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class CorrectionCard:
    """A correction as it stands, with nothing opened."""

    id: ApprovalId
    person_id: PersonId
    section: Section
    has_paper: bool
    has_picture: bool
    asked_at: datetime
    applied_at: datetime | None
    approval: ApprovalCard


def correction_card(
    session: Session, approval_id: UUID, *, association_id: UUID
) -> CorrectionCard:
    """Give a correction that was put to an association.

    Raises: NotFound, for a foreign one too.
    """
    card = approvals.approval(session, approval_id, association_id=association_id)
    found = _cards(session, (card,))
    if not found:
        raise NotFound("approval.unknown")
    return found[0]


def correction_queue(
    session: Session, association_id: UUID, *, limit: int = 200
) -> tuple[CorrectionCard, ...]:
    """List what waits for an association's word, the oldest first."""
    asked = approvals.queue(session, association_id, CORRECTION, limit=limit)
    return _cards(session, asked)


def corrections_decided(
    session: Session, association_id: UUID, *, limit: int = 50
) -> tuple[CorrectionCard, ...]:
    """List what an association has ended, the newest first."""
    ended = approvals.closed(session, association_id, CORRECTION, limit=limit)
    return _cards(session, ended)


def corrections_of(session: Session, person_id: PersonId) -> tuple[CorrectionCard, ...]:
    """List a person's requests, the newest first."""
    return _cards(session, approvals.about(session, CORRECTION, f"person:{person_id}"))


def _cards(
    session: Session, asked: tuple[ApprovalCard, ...]
) -> tuple[CorrectionCard, ...]:
    by_id = {card.id: card for card in asked}
    rows = session.execute(
        select(
            Correction.id,
            Correction.person_id,
            Correction.section,
            Correction.paper.is_not(None),
            Correction.picture.is_not(None),
            Correction.asked_at,
            Correction.applied_at,
        ).where(Correction.id.in_(by_id))
    ).all()
    found = {
        ApprovalId(row[0]): CorrectionCard(
            id=ApprovalId(row[0]),
            person_id=PersonId(row[1]),
            section=row[2],
            has_paper=row[3],
            has_picture=row[4],
            asked_at=row[5],
            applied_at=row[6],
            approval=by_id[ApprovalId(row[0])],
        )
        for row in rows
    }
    return tuple(found[card.id] for card in asked if card.id in found)


def correction(session: Session, approval_id: UUID) -> OpenCorrection:
    """Open a correction, for the service that applies it or writes down who looked.

    Raises: NotFound.
    """
    row = session.get(Correction, approval_id)
    if row is None:
        raise NotFound("approval.unknown")
    key = accounts.data_key(session, PersonId(row.person_id))

    def opened(column: str, sealed: bytes | None) -> bytes | None:
        where = place("corrections", column, row.id)
        return None if sealed is None else pii.unseal(key, sealed, where)

    text = opened("value", row.value)
    assert text is not None  # noqa: S101 - the column is never empty
    return OpenCorrection(
        restored(row.section, text.decode()),
        opened("picture", row.picture),
        opened("paper", row.paper),
    )


def correction_person(session: Session, approval_id: UUID) -> PersonId:
    """Name whose profile a correction is about.

    Raises: NotFound.
    """
    found = session.scalar(
        select(Correction.person_id).where(Correction.id == approval_id)
    )
    if found is None:
        raise NotFound("approval.unknown")
    return PersonId(found)
