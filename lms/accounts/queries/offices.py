"""Who sits at which office of the authority."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lms.accounts.models import Account, Grant
from lms.accounts.rules import DESK, AccountState, Role
from lms.kernel.ids import AccountId, OfficeId, PersonId


@dataclass(frozen=True, slots=True)
class SeatCard:
    """One person's place at an office, up to a last legal day."""

    account_id: AccountId
    person_id: PersonId
    name: str
    role: Role
    office_id: OfficeId
    until: date | None


def seats(session: Session, office_id: UUID, on: date) -> tuple[SeatCard, ...]:
    """List who sits at an office on a legal day, the first granted first."""
    return _seats(session, Grant.office_id == office_id, on)


def seats_of(session: Session, account_id: UUID, on: date) -> tuple[SeatCard, ...]:
    """List the places at offices that an account holds on a legal day."""
    return _seats(session, Grant.account_id == account_id, on)


def _seats(
    session: Session, which: ColumnElement[bool], on: date
) -> tuple[SeatCard, ...]:
    rows: Any = session.execute(
        select(
            Account.id,
            Account.person_id,
            Account.name,
            Grant.role,
            Grant.office_id,
            Grant.until,
        )
        .join(Account, Account.id == Grant.account_id)
        .where(
            which,
            Grant.role.in_(DESK),
            Grant.office_id.is_not(None),
            Grant.until.is_(None) | (Grant.until >= on),
            Account.state == AccountState.ACTIVE,
        )
        .order_by(Grant.granted_at, Grant.id)
    )
    return tuple(SeatCard(*row) for row in rows)
