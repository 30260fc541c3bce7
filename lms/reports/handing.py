"""Who handed what out: the names of members of staff. Never writes."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Account


def called(session: Session, accounts: Collection[UUID | None]) -> dict[UUID, str]:
    """Name accounts of staff, by id."""
    rows = session.execute(
        select(Account.id, Account.name).where(
            Account.id.in_([one for one in accounts if one is not None])
        )
    )
    return {row.id: row.name or "" for row in rows}
