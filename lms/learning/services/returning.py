"""Take back the right to study, when what paid for it goes back."""

from collections.abc import Sequence

from sqlalchemy import exists, select

from lms.evidence import services as evidence
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import Work
from lms.learning.models import Enrolment, Lease, Study
from lms.learning.services import heads, leases
from lms.learning.services.stages import restage


def hold(work: Work, person_id: PersonId) -> None:
    """Let nothing of a person's study move until this unit of work is over."""
    heads.lock(work, person_id)


def take_back(
    work: Work, person_id: PersonId, sources: Sequence[str], *, begun_too: bool = False
) -> int:
    """End the enrolments that came from these sources; tell how many there were.

    One that has been studied is refused; with `begun_too` it is closed instead: what
    was earned stays, nothing more is earned.

    Raises: Refused (enrolment.begun) when one of them has been studied.
    """
    rows = _rows(work, person_id, sources)
    begun = _begun(work, rows)
    if begun and not begun_too:
        raise Refused("enrolment.begun")
    if begun:
        hold(work, person_id)
        _end_lease(work, person_id, begun)
    for row in rows:
        if row in begun:
            row.closed_at = work.now
        else:
            work.session.delete(row)
        deed = "enrolment.closed" if row in begun else "enrolment.ended"
        _note(work, row, deed)
    _restage(work, person_id, rows)
    return len(rows)


def give_again(work: Work, person_id: PersonId, sources: Sequence[str]) -> None:
    """Open closed enrolments again whose money did not go back after all."""
    rows = _rows(work, person_id, sources)
    for row in rows:
        if row.closed_at is not None:
            row.closed_at = None
            _note(work, row, "enrolment.opened")
    _restage(work, person_id, rows)


def _restage(work: Work, person_id: PersonId, rows: Sequence[Enrolment]) -> None:
    places = {AssociationId(row.association_id) for row in rows}
    work.session.flush()
    for here in places:
        restage(work, person_id, here)


def _rows(
    work: Work, person_id: PersonId, sources: Sequence[str]
) -> Sequence[Enrolment]:
    return work.session.scalars(
        select(Enrolment)
        .where(Enrolment.person_id == person_id, Enrolment.source.in_(sources))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _begun(work: Work, rows: Sequence[Enrolment]) -> list[Enrolment]:
    return [
        row
        for row in rows
        if work.session.scalar(select(exists().where(Study.enrolment_id == row.id)))
    ]


def _end_lease(work: Work, person_id: PersonId, begun: Sequence[Enrolment]) -> None:
    """End the lease that the person holds on one of these, if any."""
    lease_id = work.session.scalar(
        select(Lease.id)
        .join(Study, Study.id == Lease.study_id)
        .where(
            Lease.person_id == person_id,
            Lease.ended_at.is_(None),
            Study.enrolment_id.in_([row.id for row in begun]),
        )
    )
    if lease_id is not None:
        leases.end(work, lease_id, "refunded")


def _note(work: Work, row: Enrolment, deed: str) -> None:
    evidence.note(
        work,
        f"person:{row.person_id}",
        deed,
        enrolment=row.id,
        version=row.version_id,
        source=row.source,
    )
