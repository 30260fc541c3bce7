"""Who works at each desk, for the walk of the doors: people, questions, invitations."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from lms.accounts import queries as accounts
from lms.accounts import services
from lms.accounts.models import Account, StaffInvitation
from lms.accounts.rules import Identifier, IdentifierKind, Role
from lms.accounts.services import inviting, staffing
from lms.catalogue.rules.terms import StudyTerms
from lms.catalogue.services import domains, terms
from lms.kernel.clock import legal_day
from lms.kernel.ids import AccountId, AssociationId
from lms.kernel.work import Actor, Work

if TYPE_CHECKING:
    from tests.house.world import World

HOUSE = inviting.House("示例协会", "https://xue.example")


def lay(work: Work, world: World, houses: tuple[AssociationId, AssociationId]) -> None:
    """Lay a clerk, a question and a sent invitation at each desk, asked by others."""
    here, there = houses
    managers = {
        house: tuple(_hand(work, house, f"{n}.{house.hex[:8]}") for n in range(2))
        for house in houses
    }
    for n, (which, house) in enumerate(
        (("own", here), ("same", here), ("foreign", there))
    ):
        first, second = managers[house]
        asked = staffing.ask_invitation(first, house, _guest(f"a{n}"), "人手不够")
        things = world.things["staff"][which]
        things["staff_id"] = staffing.seat(
            work, f"walk{n}@x.example", "走查", Role.CLERK, house
        )
        things["invitation_id"] = _sent(first, second, house, _guest(f"b{n}"))
        if which != "same":
            things["staff_question_id"] = asked
            things["domain_question_id"] = _domain(first, house, n)
            things["terms_question_id"] = _account(first, house)
    mine = _manager(work, here)
    world.instead["console_staff.withdraw"] = {
        "staff_question_id": staffing.ask_invitation(
            mine, here, _guest("own"), "人手不够"
        )
    }
    world.instead["console_terms.withdraw"] = {"terms_question_id": _study(mine, here)}
    world.instead["console_domain.withdraw"] = {
        "domain_question_id": _domain(mine, here, 9)
    }


def _domain(by: Work, house: AssociationId, n: int) -> UUID:
    host = f"xue{n}.example.cn"
    return domains.ask(by, house, host, "用自己的网址", end=False)


def _account(by: Work, house: AssociationId) -> UUID:
    told = {"name": "某某协会", "bank": "包头银行", "account": "1500 9"}
    return terms.ask_account(by, house, told, "换银行")


def _study(by: Work, house: AssociationId) -> UUID:
    day = legal_day(by.now) + timedelta(days=9)
    return terms.ask_study(by, house, StudyTerms(8 * 3600, 150), day, "按省里要求")


def _manager(work: Work, here: AssociationId) -> Work:
    """Act as the manager who walks: none but the asker takes a question back."""
    found = work.session.scalars(select(Account.id).where(Account.name == "额主任"))
    card = accounts.account(work.session, AccountId(found.one()))
    actor = Actor(card.id, card.person_id, frozenset({"manager"}), here)
    return replace(work, actor=actor)


def _guest(name: str) -> inviting.Invited:
    place = Identifier(IdentifierKind.EMAIL, f"{name}@guest.example")
    return inviting.Invited("来客", place, Role.CLERK)


def _sent(
    first: Work, second: Work, house: AssociationId, who: inviting.Invited
) -> UUID:
    asked = staffing.ask_invitation(first, house, who, "人手不够")
    staffing.decide(second, house, asked, staffing.Word(True), HOUSE)
    return first.session.scalars(
        select(StaffInvitation.id).where(StaffInvitation.approval_id == asked)
    ).one()


def _hand(work: Work, house: AssociationId, name: str) -> Work:
    made: AccountId = services.create_account(
        work, name="旁人", email=f"{name}@staff.example"
    )
    services.grant(work, made, Role.MANAGER, association_id=house)
    card = accounts.account(work.session, made)
    actor = Actor(made, card.person_id, frozenset({"manager"}), house)
    return replace(work, actor=actor)
