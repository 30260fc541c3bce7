"""What the authority's decision writes in a person's registration."""

from collections.abc import Collection

from sqlalchemy import delete, select

from lms.evidence import services as evidence
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people.models import RegisteredSpecialtyRow, Registration
from lms.people.queries.granted import written_here
from lms.people.rules import SpecialtyPeriod
from lms.people.services.persons import begun, stream
from lms.policy.model import Province, Specialty


def refuse_typed(work: Work, person_id: PersonId) -> None:
    """Refuse a registration from a paper where the authority has written it here.

    Nobody types back what was cancelled, nor lengthens what was granted.

    Raises: Refused.
    """
    if written_here(work.session, person_id):
        raise Refused("registration.granted")


def write_granted(
    work: Work,
    person_id: PersonId,
    number: str,
    province: Province,
    periods: Collection[SpecialtyPeriod],
    *,
    kind: str = "registration.written",
) -> None:
    """Write a registration as it was granted: these specialties and no others.

    The lock of a profile keeps its owner from writing, not the authority. No period
    at all ends the registration. `kind` is what the evidence calls it.
    """
    begun(work, person_id)
    session = work.session
    mine = RegisteredSpecialtyRow.person_id == person_id
    session.execute(delete(RegisteredSpecialtyRow).where(mine))
    held = session.get(Registration, person_id)
    if not periods:
        if held is not None:
            session.delete(held)
        session.flush()
        evidence.note(work, stream(person_id), "registration.ended")
        return
    if held is None:
        held = Registration(person_id=person_id)
        session.add(held)
    held.number, held.province, held.changed_at = number, province, work.now
    session.flush()
    session.add_all(_row(person_id, each) for each in periods)
    session.flush()
    evidence.note(
        work,
        stream(person_id),
        kind,
        number=number,
        periods=[_noted(each) for each in periods],
    )


def _noted(each: SpecialtyPeriod) -> list[str]:
    return [each.specialty, each.valid_from.isoformat(), each.valid_until.isoformat()]


def _row(person_id: PersonId, each: SpecialtyPeriod) -> RegisteredSpecialtyRow:
    return RegisteredSpecialtyRow(
        person_id=person_id,
        specialty=each.specialty,
        is_main=each.is_main,
        valid_from=each.valid_from,
        valid_until=each.valid_until,
    )


def periods_of(work: Work, person_id: PersonId) -> tuple[SpecialtyPeriod, ...]:
    """Give what is registered now, the main specialty first."""
    rows = work.session.scalars(
        select(RegisteredSpecialtyRow)
        .where(RegisteredSpecialtyRow.person_id == person_id)
        .order_by(RegisteredSpecialtyRow.is_main.desc())
    )
    return tuple(
        SpecialtyPeriod(
            specialty=Specialty(row.specialty),
            is_main=row.is_main,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        )
        for row in rows
    )
