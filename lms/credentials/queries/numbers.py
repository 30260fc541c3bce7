"""Whose a registration number is, by the book."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.credentials.models import RegistrationCertificate
from lms.credentials.rules import same_numbers
from lms.kernel.ids import PersonId


def anothers(session: Session, number: str, person_id: PersonId) -> bool:
    """Tell whether the book has this number for somebody else, in whatever form."""
    found = session.scalar(
        select(RegistrationCertificate.id)
        .where(
            RegistrationCertificate.registration_no.in_(same_numbers(number)),
            RegistrationCertificate.person_id != person_id,
        )
        .limit(1)
    )
    return found is not None
