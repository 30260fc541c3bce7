"""Who is marked alike: by name and birth date, or by registration number."""

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.people.models import Person, Registration

Group = tuple[UUID, ...]
"""Persons who are alike."""


def of_one_birth(session: Session) -> Iterator[Group]:
    """Give those of one name and one birth date. Opens nothing that is sealed."""
    shared = (
        select(Person.twin_mark)
        .where(Person.twin_mark.is_not(None))
        .group_by(Person.twin_mark)
        .having(func.count() > 1)
    )
    rows = session.execute(
        select(Person.twin_mark, Person.id)
        .where(Person.twin_mark.in_(shared))
        .order_by(Person.twin_mark, Person.id)
    )
    return _grouped((bytes(mark), one) for mark, one in rows if mark is not None)


def of_one_registration(session: Session) -> Iterator[Group]:
    """Give those who typed one registration number."""
    shared = (
        select(Registration.number)
        .group_by(Registration.number)
        .having(func.count() > 1)
    )
    rows = session.execute(
        select(Registration.number, Registration.person_id)
        .where(Registration.number.in_(shared))
        .order_by(Registration.number, Registration.person_id)
    )
    return _grouped((number, one) for number, one in rows)


def _grouped(rows: Iterable[tuple[object, UUID]]) -> Iterator[Group]:
    for _mark, group in groupby(rows, key=itemgetter(0)):
        yield tuple(one for _same, one in group)


def numbered(session: Session, persons: Collection[UUID]) -> frozenset[UUID]:
    """Say which of some persons typed an ID number."""
    rows = session.scalars(
        select(Person.id).where(Person.id.in_(persons), Person.id_index.is_not(None))
    )
    return frozenset(rows)
