"""Rows of a list by the name of the person that they are about."""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from lms.accounts.models import Account
from lms.people.models import Person
from lms.people.rules import read_name

FEW = 3_000


def named(
    session: Session, words: str, person: InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    """Choose by how a person's name begins: the profile's, or else the account's.

    A few are found by the index of names and looked for. Where many are called so,
    each row of a list in its order is asked for its name: one in ten fits.
    """
    found = session.scalars(union_all(*bearers(words)).limit(FEW + 1)).all()
    return person.in_(found) if len(found) <= FEW else called(words, person)


def bearers(words: str) -> tuple[Select[Any], Select[Any]]:
    """Find everybody whose name begins so: by the profile, and by the account alone."""
    begins = _begins(words)
    return (
        select(Person.id).where(Person.name.like(begins, escape="/")),
        select(Account.person_id).where(
            Account.name.like(begins, escape="/"),
            ~exists().where(Person.id == Account.person_id),
        ),
    )


def called(
    words: str, person: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    """Ask of a row whether its person's name begins so."""
    # Under names of their own: the list itself may stand beside both.
    who, known = aliased(Person), aliased(Account)
    name = func.coalesce(
        select(who.name).where(who.id == person).scalar_subquery(),
        select(known.name).where(known.person_id == person).scalar_subquery(),
    )
    return name.like(_begins(words), escape="/")


def _begins(words: str) -> str:
    # The pattern is whole when it reaches the database, so that an index can serve it.
    plain = read_name(words).replace("/", "//").replace("%", "/%").replace("_", "/_")
    return f"{plain}%"
