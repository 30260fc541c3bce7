"""Who can be reached where, by blind index alone: nothing sealed is opened."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Account
from lms.accounts.rules import AccountState, Identifier
from lms.kernel import pii
from lms.kernel.ids import AccountId, PersonId


def contact_index(identifier: Identifier) -> bytes:
    """Make a number or an address findable without keeping it."""
    return pii.blind_index(f"account.{identifier.kind}", identifier.value)


def contact_indexes(session: Session, person_id: PersonId) -> tuple[bytes, ...]:
    """Give the indexes under which a person can be reached."""
    row = session.execute(
        select(Account.phone_index, Account.email_index).where(
            Account.person_id == person_id
        )
    ).first()
    return tuple(one for one in row or () if one is not None)


def account_at(session: Session, index: bytes) -> AccountId | None:
    """Find the account in use that is reached there."""
    found = session.scalar(
        select(Account.id).where(
            or_(Account.phone_index == index, Account.email_index == index),
            Account.state == AccountState.ACTIVE,
        )
    )
    return AccountId(found) if found else None
