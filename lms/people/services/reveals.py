"""Sealed values opened for somebody else's eyes, each look written down."""

from uuid import UUID

from lms.evidence import services as evidence
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people import queries
from lms.people.models import Look
from lms.people.queries import OpenCorrection
from lms.people.rules import PaperKind
from lms.people.services.persons import stream

SHORTEST_REASON = 4


def reveal_id_number(work: Work, person_id: PersonId, reason: str) -> str:
    """Open an ID number, for a reason that its owner can read.

    Raises: NotFound; Refused without a reason.
    """
    number = queries.open_id_number(work.session, person_id)
    note_look(work, person_id, "id_number", reason)
    return number


def reveal_picture(
    work: Work, person_id: PersonId, kind: PaperKind, reason: str
) -> bytes:
    """Open a photo or a signature, for a reason that its owner can read.

    Raises: NotFound; Refused without a reason.
    """
    body = queries.picture(work.session, person_id, kind)
    note_look(work, person_id, kind.value, reason)
    return body


def note_look(work: Work, person_id: PersonId, what: str, reason: str) -> None:
    """Write down who looked at what, and why; evidence names the row alone."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused("reveal.no_reason")
    look = Look(
        person_id=person_id,
        account_id=work.actor.account_id,
        association_id=work.actor.association_id,
        what=what,
        reason=reason.strip()[:200],
        at=work.now,
    )
    work.session.add(look)
    work.session.flush()
    evidence.note(work, stream(person_id), "person.revealed", what=what, look=look.seq)


def reveal_correction(work: Work, approval_id: UUID, *, reason: str) -> OpenCorrection:
    """Open what a correction says, for those who decide it.

    The caller has already found it through its own association.

    Raises: NotFound; Refused without a reason.
    """
    asked = queries.correction(work.session, approval_id)
    person_id = queries.correction_person(work.session, approval_id)
    note_look(work, person_id, "correction", reason)
    return asked
