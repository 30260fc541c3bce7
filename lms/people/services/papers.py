"""Qualification, registration and employer: what papers say."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, select

from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.text import normal
from lms.kernel.work import Work
from lms.people.models import (
    Employer,
    Employment,
    Person,
    Qualification,
    RegisteredSpecialtyRow,
    Registration,
)
from lms.people.queries.links import employer_of
from lms.people.queries.profile import born_on, qualifications
from lms.people.rules import (
    EmployerFacts,
    QualificationFacts,
    RegistrationFacts,
    Section,
    employer_problems,
    folded,
    qualification_problems,
    registration_problems,
)
from lms.people.services.granted import refuse_typed
from lms.people.services.persons import note_saved, own
from lms.policy.model import Specialty


def save_qualification(
    work: Work, person_id: PersonId, facts: QualificationFacts
) -> None:
    """Write the qualification in one specialty, in place of an earlier one.

    Raises: Refused.
    """
    row = own(work, person_id, Section.QUALIFICATION)
    write_qualification(work, row, facts)
    note_saved(work, row, Section.QUALIFICATION)


def write_qualification(work: Work, row: Person, facts: QualificationFacts) -> None:
    """Write a qualification, whatever the lock says."""
    born = born_on(work.session, PersonId(row.id))
    problems = qualification_problems(facts, legal_day(work.now), born)
    if problems:
        raise Refused("profile.invalid", reasons=problems)
    held = work.session.scalar(
        select(Qualification).where(
            Qualification.person_id == row.id,
            Qualification.specialty == facts.specialty,
        )
    )
    if held is None:
        held = Qualification(id=new_id(), person_id=row.id, specialty=facts.specialty)
        work.session.add(held)
    held.printed_as = facts.printed_as
    held.number = folded(facts.number)
    held.issued_on = facts.issued_on
    work.session.flush()


def remove_qualification(
    work: Work, person_id: PersonId, qualification_id: UUID
) -> None:
    """Take a qualification away that no registered specialty stands on.

    Raises: NotFound, for another's too; Refused.
    """
    row = own(work, person_id, Section.QUALIFICATION)
    held = work.session.get(Qualification, qualification_id)
    if held is None or held.person_id != person_id:
        raise NotFound("qualification.unknown")
    if held.specialty in _registered(work, person_id):
        raise Refused("qualification.needed")
    work.session.delete(held)
    note_saved(work, row, Section.QUALIFICATION)


def _registered(work: Work, person_id: PersonId) -> Collection[Specialty]:
    return work.session.scalars(
        select(RegisteredSpecialtyRow.specialty).where(
            RegisteredSpecialtyRow.person_id == person_id
        )
    ).all()


def save_registration(
    work: Work, person_id: PersonId, facts: RegistrationFacts
) -> None:
    """Write the registration whole: number, province and every specialty.

    Raises: Refused, also once the authority has written it here.
    """
    row = own(work, person_id, Section.REGISTRATION)
    refuse_typed(work, person_id)
    write_registration(work, row, facts)
    note_saved(work, row, Section.REGISTRATION)


def write_registration(work: Work, row: Person, facts: RegistrationFacts) -> None:
    """Write a registration, whatever the lock says."""
    held_papers = qualifications(work.session, PersonId(row.id))
    issued = {card.specialty: card.issued_on for card in held_papers}
    problems = registration_problems(facts, issued)
    if problems:
        raise Refused("profile.invalid", reasons=problems)
    work.session.execute(
        delete(RegisteredSpecialtyRow).where(RegisteredSpecialtyRow.person_id == row.id)
    )
    held = work.session.get(Registration, row.id)
    if held is None:
        held = Registration(person_id=row.id)
        work.session.add(held)
    held.number = folded(facts.number)
    held.province = facts.province
    held.changed_at = work.now
    work.session.flush()
    work.session.add_all(
        RegisteredSpecialtyRow(
            person_id=row.id,
            specialty=period.specialty,
            is_main=period.is_main,
            valid_from=period.valid_from,
            valid_until=period.valid_until,
        )
        for period in facts.specialties
    )
    work.session.flush()


def save_employer(work: Work, person_id: PersonId, facts: EmployerFacts) -> None:
    """Write where the person works.

    Who belongs to a company by the word of both works there and nowhere else, and the
    company's name is its own.

    Raises: Refused.
    """
    row = own(work, person_id, Section.EMPLOYER)
    bond = employer_of(work.session, person_id)
    if bond is not None and bond.company.uscc != folded(facts.uscc):
        raise Refused("employer.bound")
    if bond is not None:
        facts = EmployerFacts(bond.company.uscc, bond.company.name)
    write_employer(work, row, facts)
    note_saved(work, row, Section.EMPLOYER)


def write_employer(work: Work, row: Person, facts: EmployerFacts) -> None:
    """Write the employer, whatever the lock says."""
    name = normal(facts.name)
    problems = employer_problems(EmployerFacts(facts.uscc, name))
    if problems:
        raise Refused("profile.invalid", reasons=problems)
    employer_id = _employer(work, folded(facts.uscc), name)
    write_company(work, PersonId(row.id), employer_id, name)


def write_company(
    work: Work, person_id: PersonId, employer_id: UUID, name: str
) -> None:
    """Write for which company somebody works."""
    held = work.session.get(Employment, person_id)
    if held is None:
        held = Employment(person_id=person_id)
        work.session.add(held)
    held.employer_id = employer_id
    held.name = name
    held.changed_at = work.now
    work.session.flush()


def _employer(work: Work, uscc: str, name: str) -> UUID:
    found = work.session.scalar(select(Employer.id).where(Employer.uscc == uscc))
    if found is not None:
        return found
    made = Employer(id=new_id(), uscc=uscc, name=name, created_at=work.now)
    work.session.add(made)
    work.session.flush()
    return made.id
