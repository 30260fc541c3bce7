"""Who may act for an association today."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Account, Grant
from lms.accounts.rules import AccountState, Role


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
