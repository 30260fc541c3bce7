"""What is on a person's record: certificates that were named, and bad credit."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.credentials.queries import study
from lms.credentials.rules import State
from lms.kernel.ids import CertificateId, PersonId
from lms.policy.certificates import Proof
from lms.policy.model import Specialty
from lms.registration.models import CreditRecord, StudyProof


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


@dataclass(frozen=True, slots=True)
class CreditCard:
    """An entry of bad credit (不良信用记录), and whether it has been answered.

    `answered`: a certificate for the same period was issued anew, on appeal.
    """

    cause: str
    recorded_on: date
    specialty: Specialty
    number: str
    answered: bool


def bad_credit(session: Session, person_id: PersonId) -> tuple[CreditCard, ...]:
    """List what was recorded against a person, the newest first."""
    rows = {
        CertificateId(row.certificate_id): row
        for row in session.scalars(
            select(CreditRecord)
            .where(CreditRecord.person_id == person_id)
            .order_by(CreditRecord.seq.desc())
        )
    }
    if not rows:
        return ()
    fallen = study.revoked(session, [person_id])
    held = study.of_persons(session, [person_id]).get(person_id, [])
    periods = {each.id: each for each in held}
    good = {
        (each.specialty, each.period_from) for each in held if each.state is State.VALID
    }
    named = {each.certificate_id: each.number for each in fallen}
    return tuple(
        CreditCard(
            row.cause,
            row.recorded_on,
            periods[one].specialty,
            named[one],
            (periods[one].specialty, periods[one].period_from) in good,
        )
        for one, row in rows.items()
        if one in periods and one in named
    )
