"""What is known of a person under two accounts becomes one profile."""

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from lms.approvals import queries as approvals
from lms.evidence import services as evidence
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.kernel.moving import move
from lms.kernel.work import Work
from lms.people import queries
from lms.people.models import (
    ArchiveFile,
    Correction,
    EmployerLink,
    Employment,
    Nudge,
    Person,
    PersonFile,
    Qualification,
    RegisteredSpecialtyRow,
    Registration,
)
from lms.people.models.employing import ACTIVE
from lms.people.services.persons import begun, stream, write_identity
from lms.people.services.pictures import write_picture


def contradictions(
    session: Session, goes: PersonId, stays: PersonId
) -> tuple[str, ...]:
    """Name what shows that two accounts are two persons, or are not ready to be one."""
    rows = {
        row.id: row
        for row in session.scalars(select(Person).where(Person.id.in_((goes, stays))))
    }
    found = []
    if len({row.id_index for row in rows.values() if row.id_index}) > 1:
        found.append("merge.two_numbers")
    if any(row.frozen_by for row in rows.values()):
        found.append("merge.frozen")
    numbers = session.scalars(
        select(Registration.number).where(Registration.person_id.in_((goes, stays)))
    ).all()
    if len(set(numbers)) > 1:
        found.append("merge.two_registrations")
    bound = select(EmployerLink.person_id).where(
        EmployerLink.person_id.in_((goes, stays)), ACTIVE
    )
    if len(set(session.scalars(bound).all())) > 1:
        found.append("merge.two_companies")
    asked = session.scalars(
        select(Correction.id).where(Correction.person_id.in_((goes, stays)))
    ).all()
    if asked and approvals.any_open(session, asked):
        found.append("merge.open_corrections")
    return tuple(found)


def take_over(work: Work, goes: PersonId, stays: PersonId) -> None:
    """Give who stays what is known of the other and lacking here; what is here holds.

    An ID number that only who goes had comes over: it can be one person's alone.
    """
    theirs, ours = begun(work, goes), begun(work, stays)
    _number(work, theirs, ours)
    if theirs.locked_at is not None and ours.locked_at is None:
        ours.locked_at, ours.locked_by = theirs.locked_at, theirs.locked_by
    work.session.flush()
    for table in (EmployerLink, ArchiveFile, Correction, Nudge):
        move(work, table, goes, stays)
    move(work, Qualification, goes, stays, once=("specialty",))
    if not work.session.scalar(select(exists().where(Employment.person_id == stays))):
        move(work, Employment, goes, stays)
    _registration(work, goes, stays)
    _pictures(work, theirs, ours)


def _pictures(work: Work, theirs: Person, ours: Person) -> None:
    """Let photo and signature come over where there is none; the others go.

    Certificates and applications keep their own copies of what they were made with.
    """
    files = work.session.scalars(
        select(PersonFile).where(PersonFile.person_id == theirs.id)
    ).all()
    for file in files:
        if work.session.get(PersonFile, (ours.id, file.kind)) is None:
            body = queries.picture(work.session, PersonId(theirs.id), file.kind)
            held = write_picture(work, ours, file.kind, body, file.made_at)
            held.state, held.finding = file.state, file.finding
        work.session.delete(file)
    work.session.flush()


def _number(work: Work, theirs: Person, ours: Person) -> None:
    try:
        number = queries.open_id_number(work.session, PersonId(theirs.id))
    except NotFound:
        return
    name = theirs.name
    take_number(theirs)
    work.session.flush()
    if ours.id_number is None:
        write_identity(work, ours, name, number)
        evidence.note(work, stream(ours.id), "profile.saved", section="identity")


def take_number(row: Person) -> None:
    """Take the number away, and what follows from it."""
    row.id_number = row.id_index = row.sex = row.born_on = row.twin_mark = None


def _registration(work: Work, goes: PersonId, stays: PersonId) -> None:
    """Copy a registration that was typed there and not here; nobody has it twice."""
    theirs = work.session.get(Registration, goes)
    if theirs is None:
        return
    if work.session.get(Registration, stays) is None:
        work.session.add(
            Registration(
                person_id=stays,
                number=theirs.number,
                province=theirs.province,
                changed_at=theirs.changed_at,
            )
        )
        work.session.flush()
        move(work, RegisteredSpecialtyRow, goes, stays)
    work.session.execute(delete(Registration).where(Registration.person_id == goes))
