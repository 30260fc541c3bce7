"""Who may act for an association today, who ever did, and what they are called."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Account, Grant, TotpFactor
from lms.accounts.queries import VisitorCard
from lms.accounts.rules import (
    APPOINTED,
    POSTS,
    SENT,
    AccountState,
    Role,
    SessionState,
)
from lms.approvals import queries as approvals
from lms.kernel.clock import legal_day
from lms.kernel.ids import AccountId, AssociationId, PersonId, SessionId


def acting_for(
    session: Session, association_id: UUID, roles: Collection[Role], on: date
) -> dict[UUID, frozenset[str]]:
    """Give the roles of those who hold some of them there, by person."""
    rows = session.execute(
        select(Account.person_id, Grant.role)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Grant.association_id == association_id,
            Grant.role.in_(roles),
            Grant.until.is_(None) | (Grant.until >= on),
            Account.state == AccountState.ACTIVE,
        )
    ).all()
    return {
        one: frozenset(row.role.value for row in rows if row.person_id == one)
        for one in {row.person_id for row in rows}
    }


def standing_in(
    session: Session, account_id: UUID, association_id: UUID, now: datetime
) -> VisitorCard | None:
    """Give a member of staff as they would come in now, for what they asked before.

    Nobody once the account is closed, or holds no role there any more.
    """
    rows = session.execute(
        select(Account.person_id, Account.name, Account.locale, Grant.role)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Account.id == account_id,
            Account.state == AccountState.ACTIVE,
            Grant.association_id == association_id,
            Grant.until.is_(None) | (Grant.until >= legal_day(now)),
        )
    ).all()
    if not rows:
        return None
    here = AssociationId(association_id)
    return VisitorCard(
        session_id=SessionId(account_id),
        account_id=AccountId(account_id),
        person_id=PersonId(rows[0].person_id),
        name=rows[0].name or "",
        locale=rows[0].locale,
        state=SessionState.FULL,
        roles=frozenset(row.role for row in rows),
        association_id=here,
        employer_id=None,
        office_id=None,
        association_ids=(here,),
        seen_at=now,
        stepped_up_at=None,
    )


def names(session: Session, accounts: Collection[UUID]) -> dict[UUID, str]:
    """Give what the owners of accounts are called; one that is nowhere is left out."""
    if not accounts:
        return {}
    rows = session.execute(
        select(Account.id, Account.name).where(Account.id.in_(set(accounts)))
    )
    return {row.id: row.name or "" for row in rows}


def hands(session: Session, association_id: UUID) -> tuple[tuple[UUID, str], ...]:
    """Name everybody who has or had a role at the association, for a choice."""
    gone = {
        UUID(one.payload["account"])
        for one in approvals.closed(session, association_id, POSTS, limit=500)
        if "account" in one.payload
    }
    held = session.scalars(
        select(Grant.account_id).where(Grant.association_id == association_id)
    )
    called = names(session, gone.union(held))
    return tuple(sorted(called.items(), key=lambda one: (one[1], one[0])))


@dataclass(frozen=True, slots=True)
class StaffCard:
    """A post that somebody has at an association, and who gave it.

    Without `asked_by` the operator gave it. PII: the name of a member of the staff.
    """

    account_id: AccountId
    person_id: PersonId
    name: str
    role: Role
    since: datetime
    until: date | None
    asked_by: UUID | None
    agreed_by: UUID | None
    secured: bool


def staff_of(session: Session, association_id: UUID, on: date) -> tuple[StaffCard, ...]:
    """List who has a post at an association on a legal day, the oldest first."""
    rows: Any = session.execute(
        select(
            Account.id,
            Account.person_id,
            Account.name,
            Grant.role,
            Grant.granted_at,
            Grant.until,
            Grant.asked_by,
            Grant.agreed_by,
            TotpFactor.confirmed_at.is_not(None),
        )
        .join(Account, Account.id == Grant.account_id)
        .outerjoin(TotpFactor, TotpFactor.account_id == Account.id)
        .where(
            Grant.association_id == association_id,
            Grant.role.in_((*APPOINTED, *SENT)),
            Grant.until.is_(None) | (Grant.until >= on),
            Account.state == AccountState.ACTIVE,
        )
        .order_by(Grant.granted_at, Grant.id)
    )
    return tuple(StaffCard(*row) for row in rows)


def persons_named(session: Session, persons: Collection[UUID]) -> dict[UUID, str]:
    """Give what persons with an account are called; one that is nowhere is left out."""
    if not persons:
        return {}
    rows = session.execute(
        select(Account.person_id, Account.name).where(
            Account.person_id.in_(set(persons))
        )
    )
    return {row.person_id: row.name or "" for row in rows}


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who works at an association today. PII: `name`."""

    account_id: AccountId
    person_id: PersonId
    name: str


def hands_now(
    session: Session, association_id: UUID, roles: Collection[Role], on: date
) -> tuple[Hand, ...]:
    """Name who holds one of some roles at the association on a day, by name."""
    rows = session.execute(
        select(Account.id, Account.person_id, Account.name)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Grant.association_id == association_id,
            Grant.role.in_(roles),
            Grant.until.is_(None) | (Grant.until >= on),
            Account.state == AccountState.ACTIVE,
        )
        .distinct()
        .order_by(Account.name, Account.id)
    )
    return tuple(
        Hand(AccountId(row.id), PersonId(row.person_id), row.name or "") for row in rows
    )
