"""Forget a person, when nothing of them must be kept any more."""

from sqlalchemy import delete, select, update

from lms.accounts import services as accounts
from lms.accounts.queries.merging import all_of
from lms.evidence import services as evidence
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people.models import (
    ArchiveBody,
    ArchiveFile,
    Correction,
    EmployerLink,
    Employment,
    LinkAddress,
    NumberCase,
    Person,
    PersonFile,
    Qualification,
    RegisteredSpecialtyRow,
    Registration,
    RosterEntry,
)
from lms.people.rules import LinkEnd, Side
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
    _unbind(work, person_id)
    work.session.execute(
        update(Person)
        .where(Person.id == person_id)
        .values(
            name="",
            id_number=None,
            id_index=None,
            sex=None,
            born_on=None,
            twin_mark=None,
            changed_at=work.now,
        )
    )
    # What was asked about a number, and what came with accounts that were merged.
    work.session.execute(
        update(NumberCase)
        .where(NumberCase.person_id == person_id)
        .values(sealed=None, reason="")
    )
    for one in all_of(work.session, person_id):
        accounts.destroy_key(work, one)
    evidence.note(work, stream(person_id), "person.erased")


def _unbind(work: Work, person_id: PersonId) -> None:
    """Leave of links and archives the lines that name an id."""
    kept = select(ArchiveFile.id).where(ArchiveFile.person_id == person_id)
    work.session.execute(delete(ArchiveBody).where(ArchiveBody.file_id.in_(kept)))
    work.session.execute(
        update(ArchiveFile)
        .where(ArchiveFile.person_id == person_id, ArchiveFile.dropped_at.is_(None))
        .values(dropped_at=work.now, title="")
    )
    own = EmployerLink.person_id == person_id
    links = select(EmployerLink.id).where(own)
    for table in (RosterEntry, LinkAddress):
        work.session.execute(delete(table).where(table.link_id.in_(links)))
    work.session.execute(
        update(EmployerLink)
        .where(own)
        .values(shown="", called="", reason="", contact_index=None)
    )
    work.session.execute(
        update(EmployerLink)
        .where(own, EmployerLink.ended_at.is_(None))
        .values(ended_at=work.now, ended_as=LinkEnd.LEFT, ended_by=Side.PERSON)
    )
