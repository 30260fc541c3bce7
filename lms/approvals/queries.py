"""Questions as other rooms see them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from lms.approvals.models import Approval, Decision
from lms.approvals.rules import ApprovalState
from lms.kernel.errors import NotFound
from lms.kernel.ids import ApprovalId, AssociationId


@dataclass(frozen=True, slots=True)
class DecisionCard:
    """One word that was said."""

    account_id: UUID | None
    person_id: UUID
    approved: bool
    comment: str
    at: datetime
    role: str | None = None


@dataclass(frozen=True, slots=True)
class ApprovalCard:
    """A question, where it stands, and what was said so far."""

    id: ApprovalId
    kind: str
    subject: str
    association_id: AssociationId | None
    payload: dict[str, Any]
    reason: str
    needs: int
    asked_person_id: UUID | None
    asked_at: datetime
    state: ApprovalState
    decided_at: datetime | None
    decisions: tuple[DecisionCard, ...]
    asked_role: str | None = None

    @property
    def left(self) -> int:
        """Count the persons who must still say yes."""
        if self.state is not ApprovalState.OPEN:
            return 0
        return self.needs - sum(one.approved for one in self.decisions)


def approval(
    session: Session, approval_id: UUID, *, association_id: UUID | None = None
) -> ApprovalCard:
    """Give a question; with an association, only one that was put to it.

    Raises: NotFound, for a foreign one too.
    """
    row = session.get(Approval, approval_id)
    if row is None or association_id not in {None, row.association_id}:
        raise NotFound("approval.unknown")
    return _cards(session, [row])[0]


def queue(
    session: Session, association_id: UUID, kind: str, *, limit: int = 200
) -> tuple[ApprovalCard, ...]:
    """List an association's open questions of a kind, the oldest first."""
    rows = session.scalars(
        select(Approval)
        .where(
            Approval.association_id == association_id,
            Approval.kind == kind,
            Approval.state == ApprovalState.OPEN,
        )
        .order_by(Approval.asked_at)
        .limit(limit)
    ).all()
    return _cards(session, rows)


def closed(
    session: Session, association_id: UUID, kind: str, *, limit: int = 50
) -> tuple[ApprovalCard, ...]:
    """List an association's ended questions of a kind, the newest first."""
    rows = session.scalars(
        select(Approval)
        .where(
            Approval.association_id == association_id,
            Approval.kind == kind,
            Approval.state != ApprovalState.OPEN,
        )
        .order_by(Approval.decided_at.desc())
        .limit(limit)
    ).all()
    return _cards(session, rows)


def about(session: Session, kind: str, subject: str) -> tuple[ApprovalCard, ...]:
    """List the questions of a kind about one thing, the newest first."""
    rows = session.scalars(
        select(Approval)
        .where(Approval.subject == subject, Approval.kind == kind)
        .order_by(Approval.asked_at.desc())
    ).all()
    return _cards(session, rows)


def any_open(session: Session, approval_ids: Collection[UUID]) -> bool:
    """Tell whether one of these questions is open."""
    asked = exists().where(
        Approval.id.in_(approval_ids), Approval.state == ApprovalState.OPEN
    )
    return bool(session.scalar(select(asked)))


def open_count(session: Session, association_id: UUID, kind: str) -> int:
    """Count an association's open questions of a kind."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Approval)
            .where(
                Approval.association_id == association_id,
                Approval.kind == kind,
                Approval.state == ApprovalState.OPEN,
            )
        )
        or 0
    )


def these(session: Session, ids: Sequence[UUID]) -> dict[UUID, ApprovalCard]:
    """Give questions by their ids; one that is nowhere is left out."""
    rows = session.scalars(select(Approval).where(Approval.id.in_(ids))).all()
    return {card.id: card for card in _cards(session, rows)}


def of_subject(session: Session, subject: str) -> tuple[ApprovalCard, ...]:
    """List every question about one thing, of whatever kind, the newest first."""
    rows = session.scalars(
        select(Approval)
        .where(Approval.subject == subject)
        .order_by(Approval.asked_at.desc())
    ).all()
    return _cards(session, rows)


def waiting(
    session: Session, association_id: UUID, kinds: Collection[str]
) -> tuple[ApprovalCard, ...]:
    """List an association's open questions of several kinds, the oldest first."""
    rows = session.scalars(
        select(Approval)
        .where(
            Approval.association_id == association_id,
            Approval.kind.in_(kinds),
            Approval.state == ApprovalState.OPEN,
        )
        .order_by(Approval.asked_at)
        .limit(500)
    ).all()
    return _cards(session, rows)


def _cards(session: Session, rows: Sequence[Approval]) -> tuple[ApprovalCard, ...]:
    said: dict[UUID, list[DecisionCard]] = {row.id: [] for row in rows}
    if rows:
        for one in session.scalars(
            select(Decision)
            .where(Decision.approval_id.in_(said))
            .order_by(Decision.seq)
        ):
            said[one.approval_id].append(
                DecisionCard(
                    one.account_id,
                    one.person_id,
                    one.approved,
                    one.comment,
                    one.at,
                    one.role,
                )
            )
    return tuple(_card(row, tuple(said[row.id])) for row in rows)


def _card(row: Approval, decisions: tuple[DecisionCard, ...]) -> ApprovalCard:
    return ApprovalCard(
        id=ApprovalId(row.id),
        kind=row.kind,
        subject=row.subject,
        association_id=AssociationId(row.association_id)
        if row.association_id
        else None,
        payload=dict(row.payload),
        reason=row.reason,
        needs=row.needs,
        asked_person_id=row.asked_person_id,
        asked_at=row.asked_at,
        state=row.state,
        decided_at=row.decided_at,
        decisions=decisions,
        asked_role=row.asked_role,
    )
