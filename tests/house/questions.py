"""What a bank has in each hand: twins, a plan that waits, a file that was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from lms.accounts import queries as account_queries
from lms.accounts.models import Account
from lms.exams import services
from lms.exams.rules import Row
from lms.exams.services import Draft, Twins
from lms.kernel.clock import legal_day
from lms.kernel.ids import AccountId, AssociationId
from lms.kernel.work import Actor, Work
from tests.make import bank as make

if TYPE_CHECKING:
    from tests.house.world import World


def lay(
    work: Work, world: World, houses: tuple[AssociationId, AssociationId], author: str
) -> None:
    """Lay these in each hand; a file is its sender's alone."""
    here, there = houses
    for n, (which, house) in enumerate(
        (("own", here), ("same", here), ("foreign", there))
    ):
        things = world.things["staff"][which]
        left, right = (
            services.add_question(work, make.question(house, f"双{n}{side}"))
            for side in "左右"
        )
        services.note_twins(work, [Twins(left, right, 80)])
        things["left_id"], things["right_id"] = sorted((left, right), key=str)
        things["plan_id"] = _plan(as_named(work, "白经办"), house, n)
    retired = services.add_question(work, make.question(here, "停用的"))
    services.retire(work, here, retired)
    world.instead["console_bank.restore"] = {"question_id": retired}
    staff = world.things["staff"]
    staff["own"]["import_id"] = _read(as_named(work, author), here)
    staff["foreign"]["import_id"] = _read(make.as_staff(work, "author"), there)


def as_named(work: Work, name: str) -> Work:
    """The same work in the hands of who signs in."""
    account = work.session.scalars(select(Account.id).where(Account.name == name)).one()
    card = account_queries.account(work.session, AccountId(account))
    return replace(work, actor=Actor(card.id, card.person_id))


def _plan(work: Work, house: AssociationId, n: int) -> UUID:
    since = legal_day(work.now) + timedelta(days=n)
    wanted = make.plan(Row(make.SINGLE, 10, 1000))
    return services.propose_plan(
        work, house, None, wanted, since=since, reason="新的方案"
    )


def _read(work: Work, house: AssociationId) -> UUID:
    report = {"known": 0, "total": 1, "kinds": {"single": 1}, "chapters": 1, "alike": 0}
    draft = Draft("题.xlsx", b"\0" * 32, (make.question(house, "导"),), (), report)
    return services.keep_import(work, house, draft)
