"""What may be merged, what waits, and what was decided."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations, islice
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from lms.accounts.queries import merging as accounts
from lms.approvals import queries as approvals
from lms.approvals.queries import ApprovalCard
from lms.claims.services import merging as claims
from lms.credentials import queries as certificates
from lms.credentials.services import merging as credentials
from lms.exams.services import merging as exams
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, PersonId
from lms.learning.services import merging as learning
from lms.merges.models import AccountPair
from lms.merges.rules import (
    DIRECTED,
    FEW,
    KINDS,
    MERGE,
    MOST_ALIKE,
    NUMBER,
    Knows,
    Obstacle,
    Proof,
    Sign,
)
from lms.people import queries as written
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
    While a proposal about two waits they are not looked at again.
    """
    at = AccountPair.apart_at
    seen = at.is_not(None) if apart else at.is_(None)
    two = [] if apart else _in_hand(session, association_id)
    strength = case({one: n for n, one in enumerate(Sign)}, value=AccountPair.sign)
    order = (
        (AccountPair.apart_at.desc(),) if apart else (strength, AccountPair.found_at)
    )
    rows = session.scalars(
        select(AccountPair)
        .where(AccountPair.association_id == association_id, seen, *two)
        .order_by(*order, AccountPair.one_id, AccountPair.other_id)
        .limit(limit)
    )
    return tuple(_pair(row) for row in rows)


def pairs_waiting(session: Session, association_id: UUID) -> int:
    """Count the pairs that nobody has looked at, nor proposed anything about, yet."""
    asked = select(func.count()).where(
        AccountPair.association_id == association_id,
        AccountPair.apart_at.is_(None),
        *_in_hand(session, association_id),
    )
    return session.scalar(asked) or 0


def _in_hand(session: Session, association_id: UUID) -> list[ColumnElement[bool]]:
    """Leave out the pairs about which a proposal waits."""
    found = []
    for card in waiting(session, association_id):
        one, other = sorted((card.goes, card.stays))
        found.append(
            not_(and_(AccountPair.one_id == one, AccountPair.other_id == other))
        )
    return found


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


def turns(
    session: Session, association_id: UUID, goes: PersonId, stays: PersonId
) -> bool:
    """Tell whether two may be merged the other way round alone."""
    here = knows(session, association_id, goes, stays).objection
    there = knows(session, association_id, stays, goes).objection
    against = {here, *registration.contradictions(session, goes, stays)} & DIRECTED
    back = {there, *registration.contradictions(session, stays, goes)} & DIRECTED
    return bool(against) and not back


def obstacles(
    session: Session,
    association_id: UUID,
    goes: PersonId,
    stays: PersonId,
    *,
    but: UUID | None = None,
) -> tuple[Obstacle, ...]:
    """List all that stands in the way of a merge now, with where it is.

    `but` is the proposal that is looked at. What is refused as the merge is done is
    named here beforehand.
    """
    both = (goes, stays)
    found = [
        Obstacle(code, (who,)) for who, code in accounts.unfit(session, *both).items()
    ]
    objection = knows(session, association_id, goes, stays).objection
    if objection is not None:
        found.append(Obstacle(objection, (goes,)))
    found += _contradictions(session, goes, stays)
    claimed = claims.unsettled(session, *both)
    if claimed:
        here = tuple(key for place, key in claimed if place == association_id)
        found.append(Obstacle("merge.open_claims", () if here else both, here))
    for code, who in (
        ("merge.studying", learning.studying(session, *both)),
        ("merge.sitting", exams.sitting(session, *both)),
    ):
        if who:
            found.append(Obstacle(code, tuple(sorted(who))))
    if learning.two_versions(session, goes, stays):
        found.append(Obstacle("merge.two_versions", both))
    if credentials.rival(session, goes, stays):
        found.append(Obstacle("merge.two_certificates", both))
    return (*found, *_proposed(session, association_id, both, but))


def _contradictions(
    session: Session, goes: PersonId, stays: PersonId
) -> list[Obstacle]:
    running = registration.running(session, goes, stays)
    found = []
    for code in hindrances(session, goes, stays):
        if code in DIRECTED:
            found.append(Obstacle(code, (goes,), numbers=running.get(goes, ())))
        elif code in {"merge.frozen", "merge.two_applications"} and running:
            numbered = tuple(one for row in running.values() for one in row)
            found.append(Obstacle(code, (*running,), numbers=numbered))
        else:
            found.append(Obstacle(code, (goes, stays)))
    return found


def _proposed(
    session: Session,
    association_id: UUID,
    persons: tuple[PersonId, ...],
    but: UUID | None,
) -> list[Obstacle]:
    """Name the other open proposal about one of them; a foreign one has no place."""
    card = open_about(session, *persons)
    if card is None or card.id == but:
        return []
    here = (card.id,) if card.association_id == association_id else ()
    return [Obstacle("merge.open", things=here)]


def stands_on(session: Session, holder: PersonId, today: date) -> tuple[Obstacle, ...]:
    """List what shows that a number is more than typed: papers stand on it."""
    if certificates.held(session, holder, today):
        return (Obstacle("number.certified", (holder,)),)
    if written.written_here(session, holder):
        return (Obstacle("number.registered", (holder,)),)
    return ()


def against_number(
    session: Session, holder: PersonId, asker: PersonId, today: date
) -> tuple[Obstacle, ...]:
    """List all that stands in the way of giving a number to who asked for it."""
    found = stands_on(session, holder, today)
    if numbers.numbered(session, asker):
        found += (Obstacle("number.asker_has_one", (asker,)),)
    return found


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
