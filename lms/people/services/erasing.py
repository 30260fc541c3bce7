"""Forget a person, when nothing of them must be kept any more."""

from sqlalchemy import delete, update

from lms.accounts import services as accounts
from lms.evidence import services as evidence
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people.models import (
    Correction,
    Employment,
    Person,
    PersonFile,
    Qualification,
    RegisteredSpecialtyRow,
    Registration,
)
from lms.people.services.persons import stream


def erase(work: Work, person_id: PersonId) -> None:
    """Destroy the person's key and what can be read without it.

    Hours, certificates and evidence stay as lines that name an id; what was sealed,
    here and in every backup, opens no more.
    """
    evidence.drop_bodies_of(work, stream(person_id), "erasure")
    for table in (PersonFile, Qualification, Employment, Correction,
                  RegisteredSpecialtyRow, Registration):  # fmt: skip
        work.session.execute(delete(table).where(table.person_id == person_id))
    work.session.execute(
        update(Person)
        .where(Person.id == person_id)
        .values(
            name="",
            id_number=None,
            id_index=None,
            sex=None,
            born_on=None,
            changed_at=work.now,
        )
    )
    accounts.destroy_key(work, person_id)
    evidence.note(work, stream(person_id), "person.erased")
