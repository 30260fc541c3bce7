"""Personal information that the registration desk changes: asked, granted, dropped.

The application is what two persons decide; here its last word is carried out.
"""

from uuid import UUID

from lms.approvals import services as deciding
from lms.approvals.rules import Terms
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import ApprovalId, PersonId
from lms.kernel.work import Work
from lms.people.models import Correction
from lms.people.rules import Section, section_of
from lms.people.services.corrections import (
    Asked,
    apply_change,
    keep,
    problems_of,
    whole,
)
from lms.people.services.persons import begun, stream

KIND = "desk_correction"


def ask_at_desk(work: Work, person_id: PersonId, asked: Asked) -> ApprovalId:
    """Keep, sealed, what the desk is asked to change of an identity.

    Raises: Refused with what is wrong.
    """
    if section_of(asked.change) is not Section.IDENTITY:
        raise Refused("profile.invalid", reasons=("correction.section",))
    row = begun(work, person_id)
    asked = whole(work, person_id, asked)
    problems = problems_of(work, row, asked)
    if problems:
        raise Refused("profile.invalid", reasons=problems)
    approval_id = deciding.ask(
        work,
        KIND,
        stream(person_id),
        {"section": Section.IDENTITY.value},
        asked.reason,
        terms=Terms(None, 1),
    )
    keep(work, person_id, approval_id, asked)
    return approval_id


def grant_at_desk(work: Work, approval_id: UUID) -> None:
    """Write into the profile what was asked; whoever decides is not who asked.

    Raises: NotFound; Conflict when the facts no longer fit; Refused.
    """
    row = _row(work, approval_id)
    person = begun(work, PersonId(row.person_id))
    deciding.decide(work, approval_id, approved=True, comment="")
    apply_change(work, person, row)


def drop_at_desk(work: Work, approval_id: UUID) -> None:
    """Let what was asked go, since its application ended without a grant."""
    _row(work, approval_id)
    deciding.drop(work, approval_id)


def _row(work: Work, approval_id: UUID) -> Correction:
    row = work.session.get(Correction, approval_id)
    if row is None:
        raise NotFound("approval.unknown")
    return row
