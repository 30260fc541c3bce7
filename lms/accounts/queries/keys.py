"""The data keys and accounts of many persons at once."""

from collections.abc import Collection
from contextlib import suppress
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Account, PersonKey
from lms.accounts.rules import AccountState
from lms.kernel import pii
from lms.kernel.ids import AccountId, PersonId


def data_keys(session: Session, persons: Collection[UUID]) -> dict[PersonId, bytes]:
    """Open the data keys of many persons; one that is gone or broken is absent.

    As `data_key` does, each with those of whoever was merged into them after it.
    """
    rows = session.execute(
        select(PersonKey.person_id, PersonKey.wrapped).where(
            PersonKey.person_id.in_(persons)
        )
    )
    found = {}
    for person_id, wrapped in rows:
        with suppress(pii.SealBroken):
            found[PersonId(person_id)] = pii.unwrap(wrapped, str(person_id))
    into = Account.merged_into.label("into")
    merged = session.execute(
        select(into, PersonKey.person_id, PersonKey.wrapped)
        .join(PersonKey, PersonKey.person_id == Account.person_id)
        .where(Account.merged_into.in_(persons))
        .order_by(Account.closed_at, Account.id)
    )
    for row in merged:
        with suppress(pii.SealBroken, KeyError):
            found[row.into] += pii.unwrap(row.wrapped, str(row.person_id))
    return found


def accounts_in_use(
    session: Session, persons: Collection[UUID]
) -> dict[PersonId, tuple[AccountId, str]]:
    """Name the open accounts of many persons, with the language of each."""
    rows = session.execute(
        select(Account.person_id, Account.id, Account.locale).where(
            Account.person_id.in_(persons), Account.state == AccountState.ACTIVE
        )
    )
    return {
        PersonId(person_id): (AccountId(account_id), locale)
        for person_id, account_id, locale in rows
    }


def accounts_of(
    session: Session, persons: Collection[UUID]
) -> dict[PersonId, AccountId]:
    """Name the accounts of many persons, whatever their state."""
    rows = session.execute(
        select(Account.person_id, Account.id).where(Account.person_id.in_(persons))
    )
    return {
        PersonId(person_id): AccountId(account_id) for person_id, account_id in rows
    }
