"""What may be merged, what waits, and what was decided."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations, islice
from typing import TypeVar
from uuid import UUID

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.queries import merging as accounts
from lms.approvals import queries as approvals
from lms.approvals.queries import ApprovalCard
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, PersonId
from lms.merges.models import AccountPair
from lms.merges.rules import (
    FEW,
    KINDS,
    MERGE,
    MOST_ALIKE,
    NUMBER,
    Knows,
    Proof,
    Sign,
)
from lms.people import services as people
from lms.people.queries import numbers, twins
from lms.registration.services import merging as registration


@dataclass(frozen=True, slots=True)
class MergeCard:
    """A proposal, and whom it is about. `case_id` is the question of a number."""

    question: ApprovalCard
    stays: PersonId
    goes: PersonId
    proofs: tuple[Proof, ...]
    case_id: UUID | None

    @property
    def merges(self) -> bool:
        """Tell whether two accounts become one; else a number changes hands."""
        return self.question.kind == MERGE


def proposal(session: Session, association_id: UUID, approval_id: UUID) -> MergeCard:
    """Give one proposal.

    Raises: NotFound, for a foreign one too.
    """
    card = approvals.approval(session, approval_id, association_id=association_id)
    if card.kind not in KINDS:
        raise NotFound("approval.unknown")
    return _card(card)


def waiting(session: Session, association_id: UUID) -> tuple[MergeCard, ...]:
    """List what waits for another manager's word, the oldest first."""
    return _cards(approvals.waiting(session, association_id, KINDS))


def ended(
    session: Session, association_id: UUID, *, limit: int = 30
) -> tuple[MergeCard, ...]:
    """List what was decided lately, the newest first."""
    rows = [
        card
        for kind in KINDS
        for card in approvals.closed(session, association_id, kind, limit=limit)
    ]
    rows.sort(key=lambda card: card.decided_at or card.asked_at, reverse=True)
    return _cards(rows[:limit])


def open_about(session: Session, *persons: UUID) -> ApprovalCard | None:
    """Give an open proposal that one of these persons is part of."""
    for one in persons:
        for card in approvals.of_subject(session, f"person:{one}"):
            if card.kind in KINDS and card.state == "open":
                return card
    return None


def knows(session: Session, association_id: UUID, goes: UUID, stays: UUID) -> Knows:
    """Say what an association may do about two persons."""
    return Knows(
        association_id,
        frozenset(accounts.known_to(session, goes)),
        frozenset(accounts.known_to(session, stays)),
        numbers.between(session, goes, stays),
    )


@dataclass(frozen=True, slots=True)
class PairCard:
    """Two accounts that may be one person's; `apart_at` once somebody saw they are two.

    PII: `reason` in the words of staff.
    """

    one: PersonId
    other: PersonId
    sign: Sign
    found_at: datetime
    apart_at: datetime | None
    apart_by: UUID | None
    reason: str = field(repr=False)


One = TypeVar("One")
AT_ONCE = 200

Twins = tuple[AssociationId, UUID, UUID]
"""An association, and two of its learners, the smaller id first."""


def alike(session: Session) -> dict[Twins, Sign]:
    """Find all who may be one person, by marks alone; the strongest sign of each.

    Opens nothing that is sealed. Of many who are alike the first ones are taken.
    """
    found: dict[Twins, Sign] = {}
    for some in _some(twins.of_one_registration(session)):
        _known_together(session, some, Sign.REGISTRATION, found)
    for some in _some(twins.of_one_birth(session)):
        _known_together(session, some, Sign.BIRTH, found)
    for named in _some(accounts.namesakes(session, most=FEW)):
        whole = twins.numbered(
            session, {one for _here, group in named for one in group}
        )
        for house, group in named:
            for one, other in combinations(sorted(group), 2):
                if not {one, other} <= whole:
                    found.setdefault((house, one, other), Sign.NAME)
    return found


def _some(every: Iterable[One]) -> Iterator[list[One]]:
    """Cut a long row into pieces, each of which is asked about at once."""
    rest = iter(every)
    while piece := list(islice(rest, AT_ONCE)):
        yield piece


def _known_together(
    session: Session,
    groups: list[twins.Group],
    sign: Sign,
    found: dict[Twins, Sign],
) -> None:
    shown = [group[:MOST_ALIKE] for group in groups]
    known = accounts.known_many(session, {one for group in shown for one in group})
    for group in shown:
        for one, other in combinations(sorted(known.keys() & {*group}), 2):
            for house in known[one] & known[other]:
                found.setdefault((house, one, other), sign)


def pairs(
    session: Session, association_id: UUID, *, apart: bool = False, limit: int = 50
) -> tuple[PairCard, ...]:
    """List an association's pairs: those to look at, or those that are two persons.

    The strongest sign first, then what was found first; those apart the newest first.
    """
    at = AccountPair.apart_at
    seen = at.is_not(None) if apart else at.is_(None)
    strength = case({one: n for n, one in enumerate(Sign)}, value=AccountPair.sign)
    order = (
        (AccountPair.apart_at.desc(),) if apart else (strength, AccountPair.found_at)
    )
    rows = session.scalars(
        select(AccountPair)
        .where(AccountPair.association_id == association_id, seen)
        .order_by(*order, AccountPair.one_id, AccountPair.other_id)
        .limit(limit)
    )
    return tuple(_pair(row) for row in rows)


def pairs_waiting(session: Session, association_id: UUID) -> int:
    """Count the pairs that nobody has looked at yet."""
    asked = select(func.count()).where(
        AccountPair.association_id == association_id, AccountPair.apart_at.is_(None)
    )
    return session.scalar(asked) or 0


def apart_from(
    session: Session, association_id: UUID, person_id: UUID
) -> frozenset[UUID]:
    """Name those who were seen to be somebody else than this person."""
    rows = session.execute(
        select(AccountPair.one_id, AccountPair.other_id).where(
            AccountPair.association_id == association_id,
            or_(AccountPair.one_id == person_id, AccountPair.other_id == person_id),
            AccountPair.apart_at.is_not(None),
        )
    ).all()
    return frozenset(one for row in rows for one in row) - {person_id}


def _pair(row: AccountPair) -> PairCard:
    return PairCard(
        PersonId(row.one_id),
        PersonId(row.other_id),
        row.sign,
        row.found_at,
        row.apart_at,
        row.apart_by,
        row.reason,
    )


def hindrances(session: Session, goes: PersonId, stays: PersonId) -> tuple[str, ...]:
    """Name everything that stands against making two accounts one."""
    return people.contradictions(session, goes, stays) + registration.contradictions(
        session, goes, stays
    )


def _cards(rows: Sequence[ApprovalCard]) -> tuple[MergeCard, ...]:
    return tuple(_card(row) for row in rows)


def _card(card: ApprovalCard) -> MergeCard:
    said = card.payload
    case_id = said.get("case")
    number = card.kind == NUMBER
    return MergeCard(
        card,
        stays=PersonId(UUID(said["asker" if number else "stays"])),
        goes=PersonId(UUID(said["holder" if number else "goes"])),
        proofs=tuple(Proof(one) for one in said["proofs"]),
        case_id=UUID(case_id) if case_id else None,
    )
