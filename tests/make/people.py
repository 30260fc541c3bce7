"""Makers: a constructor with an account and a whole profile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any

from lms.accounts import queries as account_queries
from lms.accounts import services as accounts
from lms.kernel.ids import AccountId, PersonId
from lms.kernel.work import Work
from lms.people import services
from lms.people.rules import (
    EmployerFacts,
    ProfileFacts,
    QualificationFacts,
    RegistrationFacts,
    SpecialtyPeriod,
    id_check,
)
from lms.policy.model import Province, Specialty
from tests.make import pictures

PASSWORD = "xueshi-demo-2026"
_SERIAL = count(1)


@dataclass(frozen=True, slots=True)
class Made:
    """A person that a test made, with the number that only the maker knows open."""

    account_id: AccountId
    person_id: PersonId
    name: str
    id_number: str


def id_number(born_on: date = date(1985, 6, 15), serial: int | None = None) -> str:
    """A true number of Baotou, never the same twice in a run."""
    turn = next(_SERIAL) % 1000 if serial is None else serial
    first = f"150203{born_on:%Y%m%d}{turn:03d}"
    return first + id_check(first)


def account(work: Work, *, name: str = "张建国") -> Made:
    """An account that has not begun its profile."""
    turn = next(_SERIAL)
    account_id = accounts.create_account(
        work, email=f"person{turn}@demo.example", password=PASSWORD, name=name
    )
    card = account_queries.account(work.session, account_id)
    return Made(account_id, card.person_id, name, "")


def facts(
    *,
    name: str = "张建国",
    number: str | None = None,
    specialties: Iterable[Specialty] = (Specialty.BUILDING,),
    province: Province = Province.INNER_MONGOLIA,
    valid_from: date = date(2024, 3, 1),
    valid_until: date = date(2027, 2, 28),
    **over: Any,
) -> ProfileFacts:
    """A whole true profile; the first specialty is the main one."""
    held = tuple(specialties)
    made = ProfileFacts(
        name=name,
        id_number=number or id_number(),
        photo_jpeg=pictures.inch_jpeg(),
        signature_png=pictures.signature_png(),
        qualifications=tuple(
            QualificationFacts(s, f"1502032018{i:05d}", date(2018, 10, 1))
            for i, s in enumerate(held)
        ),
        registration=RegistrationFacts(
            "蒙2152020202100001",
            province,
            tuple(
                SpecialtyPeriod(s, valid_from, valid_until, is_main=i == 0)
                for i, s in enumerate(held)
            ),
        ),
        employer=EmployerFacts("91150203MA0N00000G", "包头市第一建筑有限公司"),
    )
    return replace(made, **over)


def person(work: Work, **over: Any) -> Made:
    """A person with an account and a whole profile; `over` as for `facts`."""
    told = facts(**over)
    made = account(work, name=told.name)
    services.fill_profile(work, made.person_id, told)
    return replace(made, id_number=told.id_number)
