"""A certificate that a person names is compared with the book, and settled by people.

What the book does not know counts nothing here: hours from elsewhere are granted by
the two persons who decide such a claim. What it knows of somebody else blocks.
"""

from uuid import UUID

from sqlalchemy import select

from lms.accounts import services as accounts
from lms.credentials.queries import study
from lms.credentials.rules import State
from lms.evidence import services as evidence
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Work
from lms.people import queries as people
from lms.people import services as people_services
from lms.policy.certificates import Proof, Store, prove
from lms.policy.model import Specialty
from lms.registration.models import StudyProof

MOST_OPEN = 10
_LENGTH = (4, 60)


def offer(work: Work, person_id: PersonId, number: str, specialty: Specialty) -> Proof:
    """Name a certificate; offering the same again compares anew.

    Raises: Refused for what is no number, and for too many at once.
    """
    typed = number.strip()
    if not _LENGTH[0] <= len(typed) <= _LENGTH[1] or not typed.isprintable():
        raise Refused("proof.number")
    accounts.lock_person(work, person_id)
    people_services.begun(work, person_id)
    found = _compared(work, person_id, typed, specialty)
    row = work.session.scalar(
        select(StudyProof).where(
            StudyProof.person_id == person_id,
            StudyProof.number == typed,
            StudyProof.specialty == specialty,
        )
    )
    if row is None:
        row = _begun(work, person_id, typed, specialty)
    row.proof = found
    row.offered_at = work.now
    row.settled_at = row.settled_by = None
    work.session.flush()
    _note(work, row, "proof.offered")
    return found


def _begun(
    work: Work, person_id: PersonId, number: str, specialty: Specialty
) -> StudyProof:
    waiting = work.session.scalars(
        select(StudyProof.id).where(
            StudyProof.person_id == person_id, StudyProof.settled_at.is_(None)
        )
    ).all()
    if len(waiting) >= MOST_OPEN:
        raise Refused("proof.too_many")
    row = StudyProof(
        id=new_id(), person_id=person_id, number=number, specialty=specialty
    )
    work.session.add(row)
    return row


def _compared(
    work: Work, person_id: PersonId, number: str, specialty: Specialty
) -> Proof:
    known = study.named(work.session, number)
    name = people.name(work.session, person_id)
    if known is None:
        return prove(None, name, specialty)
    standing = Proof.VALID if known.state is State.VALID else Proof.REVOKED
    return prove(Store(known.name, known.specialty, standing), name, specialty)


def withdraw(work: Work, person_id: PersonId, proof_id: UUID) -> None:
    """Take back what one has named. That it was named stays written.

    Raises: NotFound, for another's too.
    """
    row = work.session.scalar(
        select(StudyProof)
        .where(
            StudyProof.id == proof_id,
            StudyProof.person_id == person_id,
            StudyProof.settled_at.is_(None),
        )
        .with_for_update()
    )
    if row is None:
        raise NotFound("proof.unknown")
    row.settled_at = work.now
    row.settled_by = work.actor.account_id
    _note(work, row, "proof.withdrawn")


def _note(work: Work, row: StudyProof, kind: str) -> None:
    evidence.note(
        work,
        f"person:{row.person_id}",
        kind,
        proof=str(row.id),
        specialty=row.specialty,
        found=row.proof,
    )
