"""Whether an office of this house has ever written somebody's registration."""

from uuid import UUID

from sqlalchemy.orm import Session

from lms.evidence import queries as book

_BY_AUTHORITY = frozenset(
    {"registration.written", "registration.ended", "registration_certificate.issued"}
)
"""What the person's stream says once an office of this house has registered them."""


def written_here(session: Session, person_id: UUID) -> bool:
    """Tell whether the authority has written here: what ended too."""
    return book.noted(session, f"person:{person_id}", _BY_AUTHORITY)
