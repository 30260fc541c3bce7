"""Hold an old platform's rows against what is here: new, known, or wrong and why."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.commerce.rules.columns import plain
from lms.kernel import pii
from lms.legacy.models import (
    LegacyCertificate,
    LegacyHours,
    LegacyImport,
    LegacyPerson,
)
from lms.legacy.queries import cells_of
from lms.legacy.rules import lawful
from lms.legacy.rules.columns import Field, Kind
from lms.legacy.rules.lawful import Owner, Place
from lms.legacy.rules.rows import Record, Row, read, with_fault
from lms.policy.model import Specialty

__all__ = ["TABLES", "Row", "checked", "id_index", "mark_of", "name_mark", "numbered",
           "owners", "rows_of"]  # fmt: skip

_SOME = 400
TABLES: dict[Kind, Any] = {
    Kind.PEOPLE: LegacyPerson,
    Kind.HOURS: LegacyHours,
    Kind.CERTIFICATES: LegacyCertificate,
}


def id_index(number: str) -> bytes:
    """Make an ID number findable, as profiles have it."""
    return pii.blind_index("id_number", number)


def name_mark(name: str) -> bytes:
    """Make a name comparable without keeping it open."""
    bare = "".join(sign for sign in plain(name) if sign not in "·•・.")
    return pii.blind_index("legacy.name", bare)


def mark_of(kind: Kind, record: Record) -> bytes:
    """Make a row's words comparable: the same row again has the same mark."""
    told = json.dumps(asdict(record), ensure_ascii=False, default=str, sort_keys=True)
    return pii.blind_index(f"legacy.{kind}", told)


def rows_of(row: LegacyImport, today: date) -> tuple[Row, ...]:
    """Read a file's rows, each with the number by which it is known for good."""
    chosen = {Field(name): place for name, place in row.columns.items()}
    found = read(cells_of(row), row.head, row.kind, chosen, today)
    return tuple(numbered(row.kind, found))


def numbered(kind: Kind, rows: Iterable[Row]) -> Iterator[Row]:
    """Give rows that the old platform did not number a number made of what they say.

    The same sheet again gives the same numbers: rows alike in everything are counted
    in the order of the sheet.
    """
    seen: dict[str, int] = {}
    for row in rows:
        record = row.record
        if record.number:
            yield row
            continue
        told = (
            id_index(record.id_number) if kind is Kind.PEOPLE else mark_of(kind, record)
        ).hex()[:32]
        seen[told] = seen.get(told, 0) + 1
        number = f"~{told}-{seen[told]}" if kind is Kind.HOURS else f"~{told}"
        yield replace(row, record=replace(record, number=number))


def checked(session: Session, row: LegacyImport, today: date) -> tuple[Row, ...]:
    """Give every row of a file with all that is wrong with it, or that it is known."""
    rows = rows_of(row, today)
    known = _marks(session, row, [one.record.number for one in rows])
    rows = tuple(_against(row.kind, one, known) for one in rows)
    if row.kind is Kind.PEOPLE:
        return tuple(_of_people(session, row, rows))
    there = owners(session, row, {one.record.id_number for one in rows})
    rows = tuple(_owned(one, there, row.kind) for one in rows)
    rows = tuple(_once(session, row, rows))
    if row.kind is not Kind.HOURS:
        return rows
    plain_owners = {number: owner for number, (_p, owner) in there.items()}
    already = _already(session, row, there)
    return lawful.within(rows, plain_owners, already, today)


def _against(kind: Kind, row: Row, known: Mapping[str, bytes]) -> Row:
    there = known.get(row.record.number)
    if there is None:
        return row
    if there == mark_of(kind, row.record):
        return replace(row, known=True)
    return with_fault(row, "legacy.differs")


def _marks(
    session: Session, row: LegacyImport, numbers: Sequence[str]
) -> dict[str, bytes]:
    table = TABLES[row.kind]
    found: dict[str, bytes] = {}
    for start in range(0, len(numbers), _SOME):
        rows = session.execute(
            select(table.number, table.mark).where(
                table.association_id == row.association_id,
                table.platform == row.platform,
                table.number.in_(numbers[start : start + _SOME]),
            )
        )
        found |= {number: bytes(mark) for number, mark in rows}
    return found


def _of_people(
    session: Session, row: LegacyImport, rows: Sequence[Row]
) -> Iterator[Row]:
    """Somebody who is there under another number is somebody there already."""
    there = owners(session, row, {one.record.id_number for one in rows})
    for one in rows:
        again = one.record.id_number in there and not one.known
        yield with_fault(one, "legacy.differs") if again else one


Owners = Mapping[str, tuple[LegacyPerson, Owner]]


def owners(session: Session, row: LegacyImport, numbers: Iterable[str]) -> Owners:
    """Find whom a platform's list named, by ID number."""
    asked = {id_index(number): number for number in numbers if number}
    indexes = list(asked)
    found: dict[str, tuple[LegacyPerson, Owner]] = {}
    for start in range(0, len(indexes), _SOME):
        people = session.scalars(
            select(LegacyPerson).where(
                LegacyPerson.association_id == row.association_id,
                LegacyPerson.platform == row.platform,
                LegacyPerson.id_index.in_(indexes[start : start + _SOME]),
            )
        )
        for one in people:
            assert one.id_index is not None  # noqa: S101 - it was asked by it
            found[asked[bytes(one.id_index)]] = (one, owner_of(one))
    return found


def owner_of(one: LegacyPerson) -> Owner:
    """Say what a platform's list said of somebody, as the rules read it."""
    specialties = tuple(Specialty(name) for name in one.specialties)
    return Owner(one.province, specialties, one.period_from, one.period_until)


def _once(session: Session, row: LegacyImport, rows: Sequence[Row]) -> Iterator[Row]:
    """Mark what came before under another name of the platform: that name is typed."""
    table, kind = TABLES[row.kind], row.kind
    marks = [mark_of(kind, one.record) for one in rows]
    elsewhere: set[bytes] = set()
    for start in range(0, len(marks), _SOME):
        elsewhere |= {
            bytes(mark)
            for mark in session.scalars(
                select(table.mark).where(
                    table.association_id == row.association_id,
                    table.platform != row.platform,
                    table.mark.in_(marks[start : start + _SOME]),
                )
            )
        }
    for one, mark in zip(rows, marks, strict=True):
        yield with_fault(one, "legacy.elsewhere") if mark in elsewhere else one


def _owned(row: Row, there: Owners, kind: Kind) -> Row:
    found = there.get(row.record.id_number)
    if found is None:
        return with_fault(row, "legacy.no_person")
    person, owner = found
    if person.name_mark is None or bytes(person.name_mark) != name_mark(
        row.record.name
    ):
        row = with_fault(row, "legacy.other_name")
    return lawful.dated(row, owner) if kind is Kind.HOURS and row.good else row


def _already(session: Session, row: LegacyImport, there: Owners) -> dict[Place, int]:
    """Add up what was taken over before, by the same windows, from every platform.

    What a platform is called is typed: one person has one sum, whatever was typed.
    """
    people = {
        bytes(person.id_index): (number, owner)
        for number, (person, owner) in there.items()
        if person.id_index is not None
    }
    ids = list(people)
    found: dict[Place, int] = {}
    for start in range(0, len(ids), _SOME):
        rows = session.execute(_sums(row, ids[start : start + _SOME]))
        for index, specialty, track, earned_on, credit in rows:
            number, owner = people[bytes(index)]
            record = Record(
                number, specialties=(specialty,), track=track, earned_on=earned_on
            )
            place = lawful.place_of(record, owner)
            found[place] = found.get(place, 0) + int(credit)
    return found


def _sums(row: LegacyImport, indexes: Sequence[bytes]) -> Select[*tuple[Any, ...]]:
    """Ask for some people's hours by specialty, track and day, of all platforms."""
    told = (
        LegacyPerson.id_index,
        LegacyHours.specialty,
        LegacyHours.track,
        LegacyHours.earned_on,
    )
    return (
        select(*told, func.sum(LegacyHours.credit))
        .join(LegacyPerson, LegacyPerson.id == LegacyHours.record_id)
        .where(
            LegacyPerson.association_id == row.association_id,
            LegacyPerson.id_index.in_(indexes),
        )
        .group_by(*told)
    )
