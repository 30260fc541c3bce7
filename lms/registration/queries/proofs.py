"""The certificates that a person has named, and what the book says of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.kernel.ids import PersonId
from lms.policy.certificates import Proof
from lms.policy.model import Specialty
from lms.registration.models import StudyProof


@dataclass(frozen=True, slots=True)
class ProofCard:
    """One certificate as it was named. PII: `number`, as the person typed it."""

    id: UUID
    number: str
    specialty: Specialty
    proof: Proof
    offered_at: datetime


def proofs(session: Session, person_id: PersonId) -> tuple[ProofCard, ...]:
    """List what a person has named and not taken back, the newest first."""
    rows = session.scalars(
        select(StudyProof)
        .where(StudyProof.person_id == person_id, StudyProof.settled_at.is_(None))
        .order_by(StudyProof.offered_at.desc(), StudyProof.id)
    )
    return tuple(
        ProofCard(row.id, row.number, row.specialty, row.proof, row.offered_at)
        for row in rows
    )
