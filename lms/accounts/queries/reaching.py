"""Who can be reached where, by blind index alone: nothing sealed is opened."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Account
from lms.accounts.rules import AccountState, Identifier
from lms.kernel import pii
from lms.kernel.ids import AccountId, PersonId

_SOME = 500


def contact_index(identifier: Identifier) -> bytes:
    """Make a number or an address findable without keeping it."""
    return pii.blind_index(f"account.{identifier.kind}", identifier.value)


def indexes_of(session: Session, persons: Sequence[UUID]) -> set[bytes]:
    """Give all indexes under which these persons can be reached."""
    found: set[bytes] = set()
    for start in range(0, len(persons), _SOME):
        some = persons[start : start + _SOME]
        rows = session.execute(
            select(Account.phone_index, Account.email_index).where(
                Account.person_id.in_(some)
            )
        )
        found |= {bytes(one) for row in rows for one in row if one is not None}
    return found


def contact_indexes(session: Session, person_id: PersonId) -> tuple[bytes, ...]:
    """Give the indexes under which a person can be reached."""
    row = session.execute(
        select(Account.phone_index, Account.email_index).where(
            Account.person_id == person_id
        )
    ).first()
    return tuple(one for one in row or () if one is not None)


def accounts_at(session: Session, indexes: Sequence[bytes]) -> dict[bytes, AccountId]:
    """Find the accounts in use that are reached there, many at once."""
    found: dict[bytes, AccountId] = {}
    for start in range(0, len(indexes), _SOME):
        some = indexes[start : start + _SOME]
        for column in (Account.phone_index, Account.email_index):
            rows = session.execute(
                select(column, Account.id).where(
                    column.in_(some), Account.state == AccountState.ACTIVE
                )
            )
            found |= {bytes(index): AccountId(one) for index, one in rows if index}
    return found


def account_at(session: Session, index: bytes) -> AccountId | None:
    """Find the account in use that is reached there."""
    found = session.scalar(
        select(Account.id).where(
            or_(Account.phone_index == index, Account.email_index == index),
            Account.state == AccountState.ACTIVE,
        )
    )
    return AccountId(found) if found else None
