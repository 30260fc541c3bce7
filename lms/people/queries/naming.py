"""What persons and companies are called, many at once: for lists."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.kernel import pii
from lms.kernel.ids import PersonId
from lms.people.models import Employer, Employment, Person, Registration
from lms.policy.model import Province


@dataclass(frozen=True, slots=True)
class CompanyName:
    """A company's name, and the code whose digits say where it is registered."""

    name: str
    uscc: str


def names(session: Session, persons: Collection[UUID]) -> dict[UUID, str]:
    """Give the names of persons; one that is nowhere is left out."""
    if not persons:
        return {}
    rows = session.execute(
        select(Person.id, Person.name).where(Person.id.in_(set(persons)))
    )
    return {row.id: row.name or "" for row in rows}


def company_names(
    session: Session, employers: Collection[UUID]
) -> dict[UUID, CompanyName]:
    """Give the names of companies; one that is nowhere is left out."""
    if not employers:
        return {}
    rows = session.execute(
        select(Employer.id, Employer.name, Employer.uscc).where(
            Employer.id.in_(set(employers))
        )
    )
    return {row.id: CompanyName(row.name, row.uscc) for row in rows}


def person_with(session: Session, id_number: str) -> PersonId | None:
    """Find the person of an ID number; None where nobody here has it."""
    index = pii.blind_index("id_number", id_number)
    found = session.scalar(select(Person.id).where(Person.id_index == index))
    return PersonId(found) if found else None


def number_index(session: Session, person_id: UUID) -> bytes | None:
    """Give the blind index of a person's own ID number; None where none was typed."""
    return session.scalar(select(Person.id_index).where(Person.id == person_id))


def employments(session: Session, persons: Collection[UUID]) -> dict[UUID, str]:
    """Give what persons call their companies; who named none is left out."""
    if not persons:
        return {}
    rows = session.execute(
        select(Employment.person_id, Employment.name).where(
            Employment.person_id.in_(set(persons))
        )
    )
    return {row.person_id: row.name for row in rows}


def registered_as(
    session: Session, numbers: Collection[str], *, but: UUID
) -> tuple[tuple[PersonId, str, Province], ...]:
    """Name others who are registered under one of some numbers, and where."""
    rows = session.execute(
        select(Registration.person_id, Registration.number, Registration.province)
        .where(Registration.number.in_(numbers), Registration.person_id != but)
        .order_by(Registration.person_id)
    )
    return tuple((PersonId(who), number, province) for who, number, province in rows)
