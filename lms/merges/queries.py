"""What may be merged, what waits, and what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from lms.accounts.queries import merging as accounts
from lms.approvals import queries as approvals
from lms.approvals.queries import ApprovalCard
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.merges.rules import KINDS, MERGE, NUMBER, Knows, Proof
from lms.people import services as people
from lms.people.queries import numbers
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


def ended(session: Session, association_id: UUID) -> tuple[MergeCard, ...]:
    """List what was decided lately, the newest first."""
    rows = [
        card
        for kind in KINDS
        for card in approvals.closed(session, association_id, kind, limit=30)
    ]
    rows.sort(key=lambda card: card.decided_at or card.asked_at, reverse=True)
    return _cards(rows[:30])


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
