"""What taking a file back would touch: what goes, who has it, and what stands on it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from lms.approvals import queries as approvals
from lms.claims.queries import resting
from lms.claims.rules import Inherited
from lms.credentials.queries import CertificateCard
from lms.kernel.ids import AssociationId, PersonId
from lms.legacy.models import (
    LegacyCertificate,
    LegacyHours,
    LegacyImport,
    LegacyPerson,
)
from lms.legacy.queries import import_row
from lms.legacy.queries.checking import TABLES
from lms.legacy.queries.records import opened
from lms.legacy.rules.columns import Kind
from lms.legacy.rules.standing import ImportState

_HANGING: tuple[type[LegacyHours | LegacyCertificate], ...] = (
    LegacyHours,
    LegacyCertificate,
)
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody with an account who has rows of the file. PII: the whole name."""

    person_id: PersonId
    name: str


@dataclass(frozen=True, slots=True)
class Hanging:
    """A later file whose rows hang on people of this one."""

    id: UUID
    file_name: str
    kind: Kind
    rows: int


@dataclass(frozen=True, slots=True)
class Uses:
    """What a file's rows have come to. Units: `credit` in hundredths of a 学时.

    The first twenty owners are named, and of a file of certificates the first twenty
    numbers; `asking` count who ask for a record. `hanging`,
    `certificates` and `corrected` stand against it.
    """

    rows: int
    credit: int
    owners: int
    named: tuple[Owner, ...]
    asking: int
    skipped_later: int
    hanging: tuple[Hanging, ...]
    certificates: tuple[CertificateCard, ...]
    corrected: tuple[PersonId, ...]
    numbers: tuple[str, ...]

    @property
    def hindrances(self) -> tuple[str, ...]:
        """Name everything that stands against taking it back."""
        found = (
            ("legacy.hangs", self.hanging),
            ("legacy.certified", self.certificates),
            ("legacy.corrected", self.corrected),
        )
        return tuple(code for code, those in found if those)


def uses(
    session: Session, association_id: AssociationId, import_id: UUID, on: date
) -> Uses:
    """Say what taking an association's file back would touch.

    Raises: NotFound, for a foreign one too.
    """
    row = import_row(session, association_id, import_id)
    lines = posted(session, row)
    owned = owners(session, row)
    return Uses(
        rows=_count(session, TABLES[row.kind].import_id == row.id),
        credit=sum(one.credit for one in lines),
        owners=len(owned),
        named=_named(session, row),
        asking=len(questions(session, row)),
        skipped_later=_skipped_later(session, row),
        hanging=_hanging(session, row),
        certificates=resting.resting(session, lines, on),
        corrected=resting.corrected(session, lines, on),
        numbers=_numbers(session, row),
    )


def records_of(row: LegacyImport) -> ColumnElement[bool]:
    """Choose the records of people that a file brought, or that its rows hang on."""
    if row.kind is Kind.PEOPLE:
        return LegacyPerson.import_id == row.id
    table = TABLES[row.kind]
    return LegacyPerson.id.in_(select(table.record_id).where(table.import_id == row.id))


def owners(session: Session, row: LegacyImport) -> frozenset[PersonId]:
    """Name who has an account and rows of a file."""
    mine = select(LegacyPerson.person_id).where(records_of(row)).distinct()
    return frozenset(PersonId(one) for one in session.scalars(mine) if one is not None)


def posted(session: Session, row: LegacyImport) -> tuple[Inherited, ...]:
    """List the hours of a file that stand in somebody's book."""
    rows = session.execute(
        select(LegacyHours, LegacyPerson.person_id)
        .join(LegacyPerson, LegacyPerson.id == LegacyHours.record_id)
        .where(LegacyHours.import_id == row.id, LegacyHours.posted_at.is_not(None))
        .order_by(LegacyHours.earned_on, LegacyHours.id)
    )
    return tuple(
        Inherited(
            line.id,
            PersonId(person_id),
            AssociationId(line.association_id),
            line.specialty,
            line.track,
            line.credit,
            line.earned_on,
        )
        for line, person_id in rows
        if person_id is not None
    )


def questions(session: Session, row: LegacyImport) -> tuple[UUID, ...]:
    """Name the open questions whether somebody is a person of the file."""
    if row.kind is not Kind.PEOPLE:
        return ()
    asked = session.scalars(
        select(LegacyPerson.question_id).where(
            records_of(row),
            LegacyPerson.question_id.is_not(None),
            LegacyPerson.person_id.is_(None),
        )
    )
    return tuple(one for one in asked if one and approvals.any_open(session, [one]))


def _named(session: Session, row: LegacyImport) -> tuple[Owner, ...]:
    chosen = (
        select(LegacyPerson)
        .where(records_of(row), LegacyPerson.person_id.is_not(None))
        .order_by(LegacyPerson.n, LegacyPerson.id)
        .limit(_NAMED)
    )
    return tuple(
        Owner(PersonId(one.person_id), opened(one).get("name", ""))
        for one in session.scalars(chosen)
        if one.person_id is not None
    )


def _numbers(session: Session, row: LegacyImport) -> tuple[str, ...]:
    if row.kind is not Kind.CERTIFICATES:
        return ()
    chosen = (
        select(LegacyCertificate.number)
        .where(LegacyCertificate.import_id == row.id)
        .order_by(LegacyCertificate.n)
        .limit(_NAMED)
    )
    return tuple(session.scalars(chosen))


def _hanging(session: Session, row: LegacyImport) -> tuple[Hanging, ...]:
    if row.kind is not Kind.PEOPLE:
        return ()
    mine = select(LegacyPerson.id).where(LegacyPerson.import_id == row.id)
    found = [
        Hanging(*one)
        for table in _HANGING
        for one in session.execute(_by_file(table).where(table.record_id.in_(mine)))
    ]
    return tuple(found)


def _by_file(
    table: type[LegacyHours | LegacyCertificate],
) -> Select[*tuple[Any, ...]]:
    told = LegacyImport.id, LegacyImport.file_name, LegacyImport.kind
    return (
        select(*told, func.count())
        .select_from(table)
        .join(LegacyImport, LegacyImport.id == table.import_id)
        .group_by(*told)
        .order_by(LegacyImport.file_name, LegacyImport.id)
    )


def _skipped_later(session: Session, row: LegacyImport) -> int:
    """Count later files that left rows out because they were there already."""
    return _count(
        session,
        LegacyImport.association_id == row.association_id,
        LegacyImport.platform == row.platform,
        LegacyImport.kind == row.kind,
        LegacyImport.state == ImportState.DONE,
        LegacyImport.made_at >= row.made_at,
        LegacyImport.id != row.id,
        LegacyImport.new_rows < LegacyImport.rows,
    )


def _count(session: Session, *chosen: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(*chosen)) or 0
