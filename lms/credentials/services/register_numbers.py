"""Number those who are registered: once for a person, in a province's own form."""

from datetime import date

from sqlalchemy import select, text

from lms.credentials.models import RegistrationCertificate, RegistrationCounter
from lms.credentials.queries import numbers
from lms.credentials.rules import (
    RegistrationFacts,
    current_form,
    in_province,
    registration_no,
)
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people import queries as people
from lms.policy.licences import Licence
from lms.policy.model import Province

_OPEN_COUNTER = text(
    "INSERT INTO registration_counters (province, year, last) "
    "VALUES (:province, :year, 0) ON CONFLICT DO NOTHING"
)


def lock_province(work: Work, province: Province, year: int) -> RegistrationCounter:
    """Hold the row that orders a province's issuers; made on the first need."""
    asked = (
        select(RegistrationCounter)
        .where(
            RegistrationCounter.province == province, RegistrationCounter.year == year
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = work.session.scalar(asked)
    if found is None:
        work.session.execute(_OPEN_COUNTER, {"province": province.value, "year": year})
        found = work.session.scalars(asked).one()
    return found


def number_for(work: Work, law: Licence, facts: RegistrationFacts, on: date) -> str:
    """Find the person's registration number, or take the next of the province.

    A number is made once, at the first registration; where today's registration is
    changes its first character alone. What the book says of somebody goes before
    what is said elsewhere.

    Raises: Refused when the number is another person's in the book.
    """
    held = _latest(work, facts.person_id) or facts.registration_no
    if held is None and facts.qualified_year is None:
        held = people.registration(work.session, facts.person_id).number
    if held is not None:
        since = law.old_numbers_void_since
        modern = current_form(held) if since and on >= since else held
        found = in_province(modern, law)
        if _taken(work, found, facts.person_id):
            raise Refused("registration.number_taken")
        return found
    return _next(work, law, facts, on)


def _next(work: Work, law: Licence, facts: RegistrationFacts, on: date) -> str:
    """Take the province's next number that nobody in the book has."""
    counter = lock_province(work, facts.province, on.year)
    qualified = facts.qualified_year or on.year
    while True:
        try:
            made = registration_no(law, qualified, on.year, counter.last + 1)
        except ValueError as error:
            raise Refused("registration_certificate.serials_spent") from error
        counter.last += 1
        if not _taken(work, made, facts.person_id):
            return made


def _taken(work: Work, number: str, person_id: PersonId) -> bool:
    return numbers.anothers(work.session, number, person_id)


def _latest(work: Work, person_id: PersonId) -> str | None:
    return work.session.scalar(
        select(RegistrationCertificate.registration_no)
        .where(RegistrationCertificate.person_id == person_id)
        .order_by(RegistrationCertificate.issued_at.desc())
        .limit(1)
    )
