"""Makers: a constructor with an account and a whole profile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import select

from lms.accounts import queries as account_queries
from lms.accounts import services as accounts
from lms.catalogue.models import Association
from lms.commerce.models import Cart, Order
from lms.commerce.rules import OrderState
from lms.kernel.ids import AccountId, ApprovalId, AssociationId, PersonId, new_id
from lms.kernel.work import Actor, Work
from lms.people import services
from lms.people.rules import (
    Change,
    EmployerFacts,
    ProfileFacts,
    QualificationFacts,
    RegistrationFacts,
    SpecialtyPeriod,
    id_check,
)
from lms.policy.model import Province, Specialty
from tests.make import pictures
from tests.make.accounts import prepared

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
    """A true number of Baotou, never the same twice in a test.

    A serial chosen by hand is of another district than those given in turn: else
    the two meet when a process has given out as many as the hand chose.
    """
    if serial is None:
        district, turn = "150203", next(_SERIAL) % 1000
    else:
        district, turn = "150204", serial
    first = f"{district}{born_on:%Y%m%d}{turn:03d}"
    return first + id_check(first)


def account(work: Work, *, name: str = "张建国") -> Made:
    """An account that has not begun its profile."""
    turn = next(_SERIAL)
    account_id = accounts.create_account(
        work, email=f"person{turn}@demo.example", password=prepared(PASSWORD), name=name
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


def association(work: Work, *, two_person: bool = False) -> AssociationId:
    """An association of Inner Mongolia."""
    row = Association(
        id=new_id(),
        code=f"T{str(new_id())[:6]}",
        name="包头市建筑业协会",
        province=Province.INNER_MONGOLIA,
        two_person=two_person,
    )
    work.session.add(row)
    work.session.flush()
    return AssociationId(row.id)


def learner_of(
    work: Work, person_id: PersonId, association_id: AssociationId | None = None
) -> AssociationId:
    """Let a person be a learner of an association, by an order there."""
    here = association_id or association(work)
    cart = work.session.scalar(select(Cart).where(Cart.person_id == person_id))
    if cart is None:
        cart = Cart(id=new_id(), person_id=person_id, revision=1)
        work.session.add(cart)
        work.session.flush()
    work.session.add(
        Order(
            id=new_id(),
            number=f"T{str(new_id())[:12]}",
            person_id=person_id,
            association_id=here,
            cart_id=cart.id,
            cart_revision=1,
            state=OrderState.PAID,
            total_fen=12000,
            currency="cny",
            placed_at=work.now,
            expires_at=work.now,
            paid_at=work.now,
        )
    )
    accounts.know_learner(work, person_id, here)
    work.session.flush()
    return here


def correction(
    work: Work, made: Made, association_id: AssociationId, change: Change | None = None
) -> ApprovalId:
    """A request of a person to correct the profile."""
    owner = replace(work, actor=Actor(made.account_id, made.person_id))
    wanted = change or EmployerFacts("91110000600037341L", "北京某建设集团公司")
    return services.ask_correction(
        owner, made.person_id, association_id, services.Asked(wanted, "单位变更了")
    )
