"""Reads of many persons at once, for what is done every night."""

from collections.abc import Collection
from contextlib import suppress
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.queries.keys import data_keys
from lms.kernel import pii
from lms.kernel.ids import EmployerId, PersonId
from lms.people.models import (
    EmployerLink,
    Person,
    Qualification,
    RegisteredSpecialtyRow,
    Registration,
)
from lms.people.queries.cards import RegisteredSpecialty, RegistrationCard
from lms.people.queries.links import ACTIVE
from lms.people.queries.profile import place

_R, _S, _Q = (
    Registration.__table__.c,
    RegisteredSpecialtyRow.__table__.c,
    Qualification.__table__.c,
)


def registered_after(
    session: Session, last: UUID | None, *, limit: int
) -> tuple[PersonId, ...]:
    """Name registered persons in a fixed order, from after one on."""
    chosen = select(_R.person_id).order_by(_R.person_id).limit(limit)
    if last is not None:
        chosen = chosen.where(_R.person_id > last)
    return tuple(PersonId(one) for one in session.scalars(chosen))


def ending_after(
    session: Session,
    last: UUID | None,
    *,
    since: date,
    until: date,
    limit: int,
) -> tuple[PersonId, ...]:
    """Name persons with a specialty that ends between two days, from after one on."""
    chosen = (
        select(_S.person_id)
        .where(_S.valid_until >= since, _S.valid_until <= until)
        .distinct()
        .order_by(_S.person_id)
        .limit(limit)
    )
    if last is not None:
        chosen = chosen.where(_S.person_id > last)
    return tuple(PersonId(one) for one in session.scalars(chosen))


def registrations(
    session: Session, persons: Collection[UUID]
) -> dict[PersonId, RegistrationCard]:
    """Give the registrations of many persons; one without any is absent."""
    session.flush()  # what this work has not written yet counts too
    rows = session.connection().execute(
        select(
            _R.person_id,
            _R.number,
            _R.province,
            _S.specialty,
            _S.is_main,
            _S.valid_from,
            _S.valid_until,
            _Q.issued_on,
        )
        .join(_S_TABLE, _S.person_id == _R.person_id)
        .outerjoin(
            _Q_TABLE,
            (_Q.person_id == _R.person_id) & (_Q.specialty == _S.specialty),
        )
        .where(_R.person_id.in_(persons))
        .order_by(_R.person_id, _S.is_main.desc(), _S.specialty)
    )
    return {
        PersonId(person_id): _card([*mine])
        for person_id, mine in groupby(rows, key=lambda row: row.person_id)
    }


_S_TABLE = RegisteredSpecialtyRow.__table__
_Q_TABLE = Qualification.__table__


def _card(rows: list[Any]) -> RegistrationCard:
    return RegistrationCard(
        number=rows[0].number,
        province=rows[0].province,
        specialties=tuple(
            RegisteredSpecialty(
                row.specialty,
                row.is_main,
                row.valid_from,
                row.valid_until,
                row.issued_on,
            )
            for row in rows
        ),
    )


def births(session: Session, persons: Collection[UUID]) -> dict[PersonId, date]:
    """Give the birth dates of many persons, for rules of age alone.

    One that does not open is absent, as one that was never given: a single broken
    seal must not keep everybody else from being seen to.
    """
    sealed = {
        person_id: value
        for person_id, value in session.execute(
            select(Person.id, Person.born_on).where(
                Person.id.in_(persons), Person.born_on.is_not(None)
            )
        )
        if value is not None
    }
    found = {}
    for person, key in data_keys(session, list(sealed)).items():
        with suppress(pii.SealBroken):
            opened = pii.unseal(
                key, sealed[person], place("persons", "born_on", person)
            )
            found[person] = date.fromisoformat(opened.decode())
    return found


def employers_of(
    session: Session, persons: Collection[UUID]
) -> dict[PersonId, EmployerId]:
    """Name the companies that many persons belong to, by the word of both."""
    rows = session.execute(
        select(EmployerLink.person_id, EmployerLink.employer_id).where(
            EmployerLink.person_id.in_(persons), ACTIVE
        )
    )
    return {
        PersonId(person_id): EmployerId(employer_id)
        for person_id, employer_id in rows
        if person_id is not None
    }
