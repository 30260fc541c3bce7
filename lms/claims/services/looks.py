"""Open a paper for those who decide; each look is written down."""

from uuid import UUID

from lms.claims import queries
from lms.evidence import services as evidence
from lms.kernel.work import Work
from lms.people import services as people


def look(
    work: Work, claim_id: UUID, file_id: UUID, *, association_id: UUID, reason: str
) -> tuple[str, bytes]:
    """Open one paper of a claim: its media type and its bytes.

    Raises: NotFound, for a foreign claim too; Refused without a reason.
    """
    card = queries.at_desk(work.session, association_id, claim_id)
    opened = queries.open_file(work.session, card, file_id)
    people.note_look(work, card.person_id, "claim_file", reason)
    evidence.note(
        work,
        f"person:{card.person_id}",
        "claim.paper_seen",
        claim=str(claim_id),
        paper=str(file_id),
    )
    return opened
