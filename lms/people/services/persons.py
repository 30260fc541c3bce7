"""A person's row: begun, named, numbered, locked."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts import queries as accounts
from lms.accounts import services as keys
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people import queries
from lms.people.models import Person
from lms.people.queries import place
from lms.people.rules import (
    IdentityFacts,
    Section,
    editable,
    identity_problems,
    read_id_number,
    read_name,
)

_LIKENESSES = frozenset({Section.PHOTO, Section.SIGNATURE})
"""They may be handed in while an application runs, until it was accepted with them."""
_WHOLE = "!"
"""Ends the mark of a matter that holds the likenesses too."""


def stream(person_id: UUID) -> str:
    """Name a person's stream of evidence."""
    return f"person:{person_id}"


def begun(work: Work, person_id: PersonId) -> Person:
    """Lock a person's row, made on the first need.

    Raises: NotFound for a person without an account.
    """
    row = work.session.scalar(
        select(Person).where(Person.id == person_id).with_for_update()
    )
    if row is None:
        row = Person(
            id=person_id,
            name=accounts.account_of(work.session, person_id).name,
            created_at=work.now,
            changed_at=work.now,
        )
        work.session.add(row)
        work.session.flush()
    return row


def own(work: Work, person_id: PersonId, section: Section) -> Person:
    """Lock a person's row for its owner to write one section.

    Raises: Refused when the profile is locked and the section is whole, and while an
        application holds it as it is.
    """
    row = begun(work, person_id)
    if row.frozen_by and (section not in _LIKENESSES or row.frozen_by.endswith(_WHOLE)):
        raise Refused("profile.frozen")
    missing = queries.completeness(work.session, person_id).missing_sections
    if not editable(section, missing, locked=row.locked_at is not None):
        raise Refused("profile.locked")
    return row


def freeze(work: Work, person_id: PersonId, by: str, *, whole: bool = False) -> None:
    """Keep a profile as it is while something is decided on it.

    Photo and signature stay open unless the `whole` of it is held.
    """
    begun(work, person_id).frozen_by = f"{by}{_WHOLE}" if whole else by


def thaw(work: Work, person_id: PersonId, by: str) -> None:
    """Let a profile go that this matter had frozen."""
    row = begun(work, person_id)
    if row.frozen_by in {by, f"{by}{_WHOLE}"}:
        row.frozen_by = None


def note_saved(work: Work, row: Person, section: Section) -> None:
    """Write down that a section was written, never what."""
    row.changed_at = work.now
    work.session.flush()
    evidence.note(work, stream(row.id), "profile.saved", section=section.value)


def save_identity(work: Work, person_id: PersonId, name: str, id_number: str) -> None:
    """Write the name and the ID number; sex and birth date follow from it.

    Raises: Refused, without a word about whose number it is when it is taken.
    """
    row = own(work, person_id, Section.IDENTITY)
    write_identity(work, row, name, id_number)
    note_saved(work, row, Section.IDENTITY)


def twin_mark(name: str, born_on: date) -> bytes:
    """Mark whom a name and a birth date make alike, without storing the date."""
    return pii.blind_index("twin", f"{name}|{born_on.isoformat()}")


def write_identity(work: Work, row: Person, name: str, id_number: str) -> None:
    """Write the facts of identity, whatever the lock says."""
    read = read_id_number(id_number)
    problems = identity_problems(IdentityFacts(name, id_number), legal_day(work.now))
    if read is None or problems:
        raise Refused("profile.invalid", reasons=problems)
    key = keys.ensure_key(work, PersonId(row.id))
    try:
        with work.session.begin_nested():
            row.name = read_name(name)
            row.id_number = pii.seal(
                key, read.value, place("persons", "id_number", row.id)
            )
            row.id_index = pii.blind_index("id_number", read.value)
            row.twin_mark = twin_mark(row.name, read.born_on)
            row.sex = read.sex
            row.born_on = pii.seal(
                key, read.born_on.isoformat(), place("persons", "born_on", row.id)
            )
            work.session.flush()
    except IntegrityError as error:
        # Two persons with one number at the same instant: the index decides.
        raise Refused("id_number.taken") from error
    keys.rename(work, PersonId(row.id), row.name)


def lock_profile(work: Work, person_id: PersonId, reason: str) -> None:
    """Lock a profile at the first payment; later calls change nothing.

    `reason` is like "order:<id>".
    """
    row = begun(work, person_id)
    if row.locked_at is not None:
        return
    row.locked_at = work.now
    row.locked_by = reason
    work.session.flush()
    evidence.note(work, stream(person_id), "profile.locked", by=reason)
