"""Forget what is sensitive when its consent is taken back."""

from sqlalchemy import delete

from lms.evidence import queries as book
from lms.evidence import services as evidence
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people.models import PersonFile
from lms.people.rules import PaperKind
from lms.people.services.persons import begun, stream

_PHOTOS = (PaperKind.PHOTO, PaperKind.PHOTO_DRAFT)


def forget_sensitive(work: Work, person_id: PersonId) -> None:
    """Erase ID number, what follows from it, and photo, while nothing was paid for.

    Source: PIPL article 47.
    Raises: Refused once the profile is locked: orders and certificates need them; and
        while the record is held for an inquiry.
    """
    row = begun(work, person_id)
    if row.locked_at is not None:
        raise Refused("consent.locked")
    if stream(person_id) in book.held(work.session):
        raise Refused("consent.held")
    row.id_number = row.id_index = row.sex = row.born_on = row.twin_mark = None
    work.session.execute(
        delete(PersonFile).where(
            PersonFile.person_id == person_id, PersonFile.kind.in_(_PHOTOS)
        )
    )
    row.changed_at = work.now
    work.session.flush()
    evidence.note(work, stream(person_id), "profile.forgotten")
