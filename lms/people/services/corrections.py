"""Corrections of a locked profile: asked by its owner, decided by the association."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from lms.accounts import services as keys
from lms.approvals import queries as approvals
from lms.approvals import services as deciding
from lms.approvals.queries import ApprovalCard
from lms.approvals.rules import ApprovalState, Terms
from lms.catalogue import queries as catalogue
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import ApprovalId, AssociationId, PersonId
from lms.kernel.work import Work
from lms.people import queries
from lms.people.models import Correction, Person
from lms.people.queries import place
from lms.people.rules import (
    CORRECTION,
    Change,
    EmployerFacts,
    IdentityFacts,
    PaperKind,
    PictureFacts,
    QualificationFacts,
    RegistrationFacts,
    Section,
    employer_problems,
    identity_problems,
    qualification_problems,
    registration_problems,
    section_of,
    stored,
)
from lms.people.services.granted import refuse_typed
from lms.people.services.papers import (
    write_employer,
    write_qualification,
    write_registration,
)
from lms.people.services.persons import begun, note_saved, stream, write_identity
from lms.people.services.pictures import write_picture

LAST_ROLE = "manager"

BY_TWO = frozenset({Section.IDENTITY, Section.REGISTRATION})
"""Whose certificate it is and for which period: no association lets one decide that."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A correction as it is asked for. `picture` is the new photo or signature.

    PII: all of it.
    """

    change: Change
    reason: str
    picture: bytes | None = field(default=None, repr=False)
    paper: bytes | None = field(default=None, repr=False)


def ask_correction(
    work: Work, person_id: PersonId, association_id: AssociationId, asked: Asked
) -> ApprovalId:
    """Ask an association to correct a locked profile.

    An identity without a number keeps the number that is there.

    Raises: Refused with what is wrong; Conflict while a request for the same section
        is open.
    """
    row = begun(work, person_id)
    section = section_of(asked.change)
    _still_asked_here(work, person_id, section)
    asked = whole(work, person_id, asked)
    problems = problems_of(work, row, asked)
    if problems:
        raise Refused("profile.invalid", reasons=problems)
    if _open(work, person_id, section):
        raise Conflict("correction.open")
    two = (
        section in BY_TWO
        or catalogue.association(work.session, association_id).two_person
    )
    approval_id = deciding.ask(
        work,
        CORRECTION,
        stream(person_id),
        {"section": section.value},
        asked.reason,
        terms=Terms(association_id, 2, LAST_ROLE) if two else Terms(association_id),
    )
    keep(work, person_id, approval_id, asked)
    return approval_id


def whole(work: Work, person_id: PersonId, asked: Asked) -> Asked:
    """Fill in what an asker left as it is: the number of an identity."""
    change = asked.change
    if not isinstance(change, IdentityFacts) or change.id_number.strip():
        return asked
    same = queries.open_id_number(work.session, person_id)
    return replace(asked, change=replace(change, id_number=same))


def keep(
    work: Work, person_id: PersonId, approval_id: ApprovalId, asked: Asked
) -> None:
    """Keep what was asked, sealed, under the question's id."""
    key = keys.ensure_key(work, person_id)

    def sealed(column: str, value: bytes | None) -> bytes | None:
        where = place("corrections", column, approval_id)
        return None if value is None else pii.seal(key, value, where)

    work.session.add(
        Correction(
            id=approval_id,
            person_id=person_id,
            section=section_of(asked.change),
            value=sealed("value", stored(asked.change).encode()),
            picture=sealed("picture", asked.picture),
            paper=sealed("paper", asked.paper),
            asked_at=work.now,
            applied_at=None,
        )
    )
    work.session.flush()


def problems_of(work: Work, row: Person, asked: Asked) -> tuple[str, ...]:
    """List what is wrong with what is asked."""
    change = asked.change
    match change:
        case IdentityFacts():
            taken = not queries.id_free(
                work.session, PersonId(row.id), change.id_number
            )
            found = identity_problems(change, legal_day(work.now))
            return found + (("id_number.taken",) if taken else ())
        case PictureFacts():
            return () if asked.picture else ("photo.none",)
        case QualificationFacts():
            born_on = queries.born_on(work.session, PersonId(row.id))
            return qualification_problems(change, legal_day(work.now), born_on)
        case RegistrationFacts():
            held = queries.qualifications(work.session, PersonId(row.id))
            issued = {card.specialty: card.issued_on for card in held}
            return registration_problems(change, issued)
        case EmployerFacts():
            return employer_problems(change)


def _open(work: Work, person_id: PersonId, section: Section) -> bool:
    return any(
        card.state is ApprovalState.OPEN and card.payload["section"] == section.value
        for card in approvals.about(work.session, CORRECTION, stream(person_id))
    )


def decide_correction(
    work: Work,
    approval_id: UUID,
    approved: bool,  # noqa: FBT001 - the answer itself
    comment: str,
    *,
    association_id: UUID,
) -> ApprovalCard:
    """Say yes or no to a correction; the last yes writes it into the profile.

    Raises: NotFound, for a foreign one too; Conflict when it has ended; Refused for
        one's own, without a comment to a no, or when the facts no longer fit.
    """
    row = work.session.get(Correction, approval_id)
    if row is None:
        raise NotFound("approval.unknown")
    if not approved and not comment.strip():
        raise Refused("approval.no_comment")
    person = begun(work, PersonId(row.person_id))
    if work.actor.person_id == row.person_id:
        raise Refused("approval.own")
    if person.frozen_by and approved:
        raise Refused("profile.frozen")
    if approved:
        _still_asked_here(work, PersonId(row.person_id), row.section)
    card = deciding.decide(
        work, approval_id, approved, comment.strip(), association_id=association_id
    )
    if card.state is ApprovalState.APPROVED:
        apply_change(work, person, row)
    return card


def _still_asked_here(work: Work, person_id: PersonId, section: Section) -> None:
    """Refuse what is others' to say by now: the authority's, or a company's.

    Raises: Refused.
    """
    if section is Section.REGISTRATION:
        refuse_typed(work, person_id)
    if section is Section.EMPLOYER and queries.employer_of(work.session, person_id):
        raise Refused("employer.bound")


def apply_change(work: Work, person: Person, row: Correction) -> None:
    """Write what was allowed into the profile.

    Raises: Conflict when the facts no longer fit.
    """
    asked = queries.correction(work.session, row.id)
    try:
        _write(work, person, asked, row.asked_at)
    except Refused as refused:
        # Since it was asked, the number was taken or a qualification went away.
        raise Conflict("correction.stale", reasons=refused.reasons) from refused
    row.applied_at = work.now
    note_saved(work, person, row.section)
    evidence.note(
        work,
        stream(person.id),
        "profile.corrected",
        section=row.section.value,
        approval=str(row.id),
    )


def _write(
    work: Work, person: Person, asked: queries.OpenCorrection, asked_at: datetime
) -> None:
    """Write a change; a picture is of the day on which its owner sent it."""
    change = asked.change
    match change:
        case IdentityFacts():
            write_identity(work, person, change.name, change.id_number)
        case QualificationFacts():
            write_qualification(work, person, change)
        case RegistrationFacts():
            write_registration(work, person, change)
        case EmployerFacts():
            write_employer(work, person, change)
        case PictureFacts(section=section):
            kind, picture = PaperKind(section.value), asked.picture or b""
            write_picture(work, person, kind, picture, asked_at)


def withdraw_correction(work: Work, person_id: PersonId, approval_id: UUID) -> None:
    """Take one's own request back.

    Raises: NotFound, for another's too; Conflict when it has ended.
    """
    row = work.session.get(Correction, approval_id)
    if row is None or row.person_id != person_id:
        raise NotFound("approval.unknown")
    deciding.withdraw(work, approval_id)
