"""Invitations to an association's staff, as its managers and the invited see them."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Account, StaffInvitation
from lms.accounts.queries.reaching import contact_index
from lms.accounts.rules import Identifier, Role, identifier
from lms.approvals import queries as approvals
from lms.kernel import pii
from lms.kernel.ids import AccountId, AssociationId


@dataclass(frozen=True, slots=True)
class Opened:
    """Whom an invitation is for, open."""

    name: str = field(repr=False)
    place: Identifier = field(repr=False)


@dataclass(frozen=True, slots=True)
class InvitationCard:
    """An invitation. `stands`: its link opens something now.

    PII: `opened`, while it has no answer.
    """

    id: UUID
    approval_id: UUID
    association_id: AssociationId
    role: Role
    expires_at: datetime | None
    stands: bool
    opened: Opened | None


def by_token(session: Session, token: str, now: datetime) -> InvitationCard | None:
    """Find the invitation that a link belongs to, whatever became of it."""
    mark = hashlib.sha256(token.encode()).digest()
    row = session.scalar(
        select(StaffInvitation).where(StaffInvitation.token_hash == mark)
    )
    return _card(row, now) if row else None


def waiting(
    session: Session, association_id: UUID, now: datetime
) -> tuple[InvitationCard, ...]:
    """List what has no answer yet: asked, or sent and not over; the oldest first."""
    rows = session.scalars(
        select(StaffInvitation)
        .where(
            StaffInvitation.association_id == association_id,
            StaffInvitation.ended_at.is_(None),
            or_(
                StaffInvitation.expires_at.is_(None), StaffInvitation.expires_at >= now
            ),
        )
        .order_by(StaffInvitation.made_at)
    )
    return tuple(_card(row, now) for row in rows)


def account_at(session: Session, found: Identifier) -> AccountId | None:
    """Find the account of an address, in whatever state."""
    column = getattr(Account, f"{found.kind.value}_index")
    row = session.scalar(select(Account.id).where(column == contact_index(found)))
    return AccountId(row) if row else None


def hands(session: Session, row: StaffInvitation) -> tuple[UUID | None, UUID | None]:
    """Name the accounts of who asked for an invitation, and who agreed."""
    card = approvals.approval(session, row.approval_id)
    asker = session.scalar(
        select(Account.id).where(Account.person_id == card.asked_person_id)
    )
    return asker, next((one.account_id for one in card.decisions if one.approved), None)


def stands(row: StaffInvitation, now: datetime) -> bool:
    """Tell whether a link opens something."""
    ends = row.expires_at
    return row.ended_at is None and ends is not None and now <= ends


def opened(row: StaffInvitation | None) -> Opened | None:
    """Open whom an invitation is for; nobody once it has an answer."""
    if row is None or row.wrapped is None or row.sealed is None:
        return None
    where = place(row.id)
    told = json.loads(pii.unseal(pii.unwrap(row.wrapped, where), row.sealed, where))
    found = identifier(told["place"])
    return Opened(told["name"], found) if found else None


def place(invitation_id: UUID) -> str:
    """Name the place that the sealed words of an invitation belong to."""
    return f"staff_invitations|sealed|{invitation_id}"


def _card(row: StaffInvitation, now: datetime) -> InvitationCard:
    return InvitationCard(
        id=row.id,
        approval_id=row.approval_id,
        association_id=AssociationId(row.association_id),
        role=row.role,
        expires_at=row.expires_at,
        stands=stands(row, now),
        opened=opened(row),
    )
