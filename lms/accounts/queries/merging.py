"""Who was merged into whom."""

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Account, Grant, Learner
from lms.accounts.queries import contact
from lms.accounts.rules import STAFF, AccountState
from lms.kernel.errors import NotFound
from lms.kernel.ids import AccountId, AssociationId, PersonId


@dataclass(frozen=True, slots=True)
class WhereTo:
    """Where somebody signs in now whose account was merged; masked for a page."""

    person_id: PersonId
    known_as: str = field(repr=False)


def merged_from(session: Session, person_id: UUID) -> tuple[PersonId, ...]:
    """Name the persons who were merged into one, the first first."""
    rows = session.scalars(
        select(Account.person_id)
        .where(Account.merged_into == person_id)
        .order_by(Account.closed_at, Account.id)
    )
    return tuple(PersonId(one) for one in rows)


def merged_into(session: Session, person_id: UUID) -> PersonId | None:
    """Name who stayed when this person's account was merged; None for all others."""
    found = session.scalar(
        select(Account.merged_into).where(Account.person_id == person_id)
    )
    return PersonId(found) if found else None


def all_of(session: Session, person_id: UUID) -> tuple[PersonId, ...]:
    """Name a person under every id that they have had here, the present one first."""
    return (PersonId(person_id), *merged_from(session, person_id))


def unfit(session: Session, *persons: PersonId) -> dict[PersonId, str]:
    """Say of whose account it is that cannot be merged as it is, and why.

    Shape: a code by person.
    """
    rows = session.execute(
        select(Account.person_id, Account.state, Grant.id)
        .outerjoin(Grant, (Grant.account_id == Account.id) & Grant.role.in_(STAFF))
        .where(Account.person_id.in_(persons))
    ).all()
    found: dict[PersonId, str] = {}
    for row in rows:
        if row.state is not AccountState.ACTIVE:
            found[PersonId(row.person_id)] = "merge.not_active"
        elif row.id is not None:
            found[PersonId(row.person_id)] = "merge.staff"
    return found


def where_to(session: Session, account_id: AccountId) -> WhereTo | None:
    """Say which account to sign in to instead; None for one that was not merged."""
    into = session.scalar(select(Account.merged_into).where(Account.id == account_id))
    if into is None:
        return None
    there = session.scalar(select(Account.id).where(Account.person_id == into))
    if there is None:
        raise NotFound("account.unknown")
    card = contact(session, AccountId(there))
    return WhereTo(PersonId(into), card.masked_phone or card.masked_email or "")


def known_to(session: Session, person_id: UUID) -> frozenset[AssociationId]:
    """Name the associations that know a person."""
    rows = session.scalars(
        select(Learner.association_id).where(Learner.person_id == person_id)
    )
    return frozenset(AssociationId(one) for one in rows)


def known_many(
    session: Session, persons: Collection[UUID]
) -> dict[UUID, frozenset[AssociationId]]:
    """Name the associations that know each of many persons, but for merged ones."""
    rows = session.execute(
        select(Learner.person_id, Learner.association_id)
        .join(Account, Account.person_id == Learner.person_id)
        .where(Learner.person_id.in_(persons), Account.merged_into.is_(None))
    ).all()
    found: dict[UUID, set[AssociationId]] = {}
    for row in rows:
        found.setdefault(row.person_id, set()).add(AssociationId(row.association_id))
    return {one: frozenset(places) for one, places in found.items()}


def namesakes(
    session: Session, *, most: int
) -> tuple[tuple[AssociationId, tuple[UUID, ...]], ...]:
    """Give the learners of an association who share a name that few have there."""
    open_ones = (
        select(Learner.association_id, Account.name, Account.person_id)
        .join(Account, Account.person_id == Learner.person_id)
        .where(Account.state == AccountState.ACTIVE, Account.name != "")
        .subquery()
    )
    few = (
        select(open_ones.c.association_id, open_ones.c.name)
        .group_by(open_ones.c.association_id, open_ones.c.name)
        .having(func.count().between(2, most))
        .subquery()
    )
    rows = session.execute(
        select(open_ones)
        .join(
            few,
            (few.c.association_id == open_ones.c.association_id)
            & (few.c.name == open_ones.c.name),
        )
        .order_by(open_ones.c.association_id, open_ones.c.name, open_ones.c.person_id)
    )
    return tuple(
        (AssociationId(house), tuple(row.person_id for row in group))
        for (house, _name), group in groupby(rows, key=lambda row: tuple(row[:2]))
    )


def in_use(session: Session, person_id: UUID) -> bool:
    """Tell whether a person's account may be signed in to."""
    state = session.scalar(select(Account.state).where(Account.person_id == person_id))
    return state is AccountState.ACTIVE
