"""Who works at each desk, for the walk of the doors: people, questions, invitations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from lms.accounts import queries as accounts
from lms.accounts import services
from lms.accounts.models import Account, StaffInvitation
from lms.accounts.rules import Identifier, IdentifierKind, Role
from lms.accounts.services import inviting, staffing
from lms.kernel.ids import AccountId, AssociationId
from lms.kernel.work import Actor, Work
from tests.house.lives import Things

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
        world.things["staff"][which] |= {
            "staff_id": staffing.seat(
                work, f"walk{n}@x.example", "走查", Role.CLERK, house
            ),
            "staff_question_id": asked,
            "invitation_id": _sent(first, second, house, _guest(f"b{n}")),
        }
    own: Things = {"staff_question_id": _own(work, here)}
    world.instead["console_staff.withdraw"] = own


def _own(work: Work, here: AssociationId) -> UUID:
    """Put a question as the manager who walks: none but the asker takes it back."""
    found = work.session.scalars(select(Account.id).where(Account.name == "额主任"))
    card = accounts.account(work.session, AccountId(found.one()))
    actor = Actor(card.id, card.person_id, frozenset({"manager"}), here)
    mine = replace(work, actor=actor)
    return staffing.ask_invitation(mine, here, _guest("own"), "人手不够")


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
