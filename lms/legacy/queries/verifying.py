"""What a stranger may learn of an old platform's certificate, by number and name."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.kernel import pii
from lms.kernel.ids import AssociationId
from lms.legacy.models import (
    LegacyCertificate,
    LegacyImport,
    LegacyPerson,
    LegacyWithdrawn,
)
from lms.legacy.queries.checking import name_mark
from lms.legacy.queries.records import opened
from lms.legacy.rules.columns import Kind
from lms.legacy.rules.rows import is_own_number, old_number
from lms.policy.model import Specialty


@dataclass(frozen=True, slots=True)
class OldCertificate:
    """The answer to a stranger: what a list said that an association handed over.

    Nothing of it was signed here. Name and ID number are masked.

    Units: `credit` in hundredths of a 学时; both days of the validity count.
    """

    number: str
    platform: str
    association: str
    name: str
    id_masked: str
    specialty: Specialty
    issued_on: date
    valid_from: date | None
    valid_until: date | None
    credit: int | None
    taken_at: datetime | None
    owner_known: bool

    def over(self, today: date) -> bool:
        """Tell whether its own validity has ended."""
        return self.valid_until is not None and self.valid_until < today


def by_number(session: Session, number: str, name: str) -> tuple[OldCertificate, ...]:
    """Answer for a number and the whole name; several platforms may have used one."""
    key = old_number(number)
    if not key or not name.strip() or is_own_number(number):
        return ()
    rows = session.execute(
        select(LegacyCertificate, LegacyPerson, LegacyImport.done_at)
        .join(LegacyPerson, LegacyPerson.id == LegacyCertificate.record_id)
        .join(LegacyImport, LegacyImport.id == LegacyCertificate.import_id)
        .where(
            LegacyCertificate.number == key, LegacyPerson.name_mark == name_mark(name)
        )
        .order_by(LegacyCertificate.issued_on.desc(), LegacyCertificate.id)
        .limit(5)
    ).all()
    return tuple(
        _card(session, paper, person, done_at) for paper, person, done_at in rows
    )


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An old platform's certificate that an association took back. Nobody is named."""

    number: str
    platform: str
    association: str
    withdrawn_at: datetime


@dataclass(frozen=True, slots=True)
class OldAnswers:
    """All that a number and a name come to: what stands, and what was taken back."""

    certificates: tuple[OldCertificate, ...]
    withdrawn: tuple[Withdrawn, ...]


def answers(session: Session, number: str, name: str) -> OldAnswers:
    """Answer for a number and the whole name."""
    return OldAnswers(
        by_number(session, number, name), withdrawn(session, number, name)
    )


def withdrawn(session: Session, number: str, name: str) -> tuple[Withdrawn, ...]:
    """Answer for a number that was taken back, and its whole name.

    One that came again since answers for itself.
    """
    key = old_number(number)
    if not key or not name.strip():
        return ()
    again = exists().where(
        LegacyCertificate.association_id == LegacyWithdrawn.association_id,
        LegacyCertificate.platform == LegacyWithdrawn.platform,
        LegacyCertificate.number == LegacyWithdrawn.number,
    )
    rows = session.scalars(
        select(LegacyWithdrawn)
        .where(
            LegacyWithdrawn.number == key,
            LegacyWithdrawn.kind == Kind.CERTIFICATES,
            LegacyWithdrawn.name_mark == name_mark(name),
            ~again,
        )
        .order_by(LegacyWithdrawn.withdrawn_at.desc(), LegacyWithdrawn.id)
        .limit(5)
    )
    found = {(row.association_id, row.platform): row for row in reversed(rows.all())}
    return tuple(_withdrawn(session, row) for row in found.values())


def _withdrawn(session: Session, row: LegacyWithdrawn) -> Withdrawn:
    house = catalogue.association(session, AssociationId(row.association_id))
    return Withdrawn(row.number, row.platform, house.name, row.withdrawn_at)


def of_person(
    session: Session, record_ids: tuple[object, ...]
) -> tuple[OldCertificate, ...]:
    """List the certificates that hang on some records, for their owner."""
    rows = session.execute(
        select(LegacyCertificate, LegacyPerson, LegacyImport.done_at)
        .join(LegacyPerson, LegacyPerson.id == LegacyCertificate.record_id)
        .join(LegacyImport, LegacyImport.id == LegacyCertificate.import_id)
        .where(LegacyCertificate.record_id.in_(record_ids))
        .order_by(LegacyCertificate.issued_on.desc(), LegacyCertificate.id)
    ).all()
    return tuple(
        _card(session, paper, person, done_at) for paper, person, done_at in rows
    )


def _card(
    session: Session,
    paper: LegacyCertificate,
    person: LegacyPerson,
    taken_at: datetime | None,
) -> OldCertificate:
    told = opened(person)
    house = catalogue.association(session, AssociationId(paper.association_id))
    return OldCertificate(
        number=paper.number,
        platform=paper.platform,
        association=house.name,
        name=pii.mask_name(told.get("name", "")),
        id_masked=pii.mask_id(told.get("id_number", "")),
        specialty=paper.specialty,
        issued_on=paper.issued_on,
        valid_from=paper.valid_from,
        valid_until=paper.valid_until,
        credit=paper.credit,
        taken_at=taken_at,
        owner_known=person.person_id is not None,
    )
