"""A whole profile in one call, for makers of demonstration and test worlds."""

from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people.rules import PaperKind, ProfileFacts, Section
from lms.people.services.papers import (
    write_employer,
    write_qualification,
    write_registration,
)
from lms.people.services.persons import begun, note_saved, write_identity
from lms.people.services.pictures import write_picture


def fill_profile(work: Work, person_id: PersonId, facts: ProfileFacts) -> None:
    """Write every section of a profile; the rules hold here as everywhere.

    Raises: Refused, with every reason of the first section that is wrong.
    """
    row = begun(work, person_id)
    write_identity(work, row, facts.name, facts.id_number)
    write_picture(work, row, PaperKind.PHOTO, facts.photo_jpeg)
    write_picture(work, row, PaperKind.SIGNATURE, facts.signature_png)
    for qualification in facts.qualifications:
        write_qualification(work, row, qualification)
    write_registration(work, row, facts.registration)
    write_employer(work, row, facts.employer)
    for section in Section:
        note_saved(work, row, section)
