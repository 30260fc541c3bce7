"""Announcements and messages: each learner's own, and those of two desks."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from lms.accounts import queries as accounts
from lms.announcements import services
from lms.announcements.rules import Audience, Wanted
from lms.announcements.services import Recipient
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import Work
from lms.notify import services as notify

if TYPE_CHECKING:
    from tests.house.world import World

NEWS = Wanted("放假安排", "照常学习。", Audience.ALL)


def lay(
    work: Work,
    world: World,
    cast: dict[str, PersonId],
    houses: tuple[AssociationId, AssociationId],
) -> None:
    here, there = houses
    for which, name, house in (
        ("own", "李秀英", here),
        ("same", "张建国", here),
        ("foreign", "孙备", there),
    ):
        account = accounts.account_of(work.session, cast[name])
        world.things["learner"][which]["announcement_id"] = _told(work, house, account)
        world.things["staff"][which] |= {
            "announcement_id": services.draft(work, house, NEWS),
            "message_id": notify.message(
                work, account.id, "order_paid", of=house,
                number="1", total="2", courses=1,
            ),
        }  # fmt: skip


def _told(work: Work, house: AssociationId, account: accounts.AccountCard) -> UUID:
    """Tell one person alone."""
    made = services.draft(work, house, NEWS)
    services.submit(work, house, made, 1)
    alone = Recipient(account.id, "zh", phone=False, mail=False)
    while services.deliver(
        work, made, lambda _session, _card, last: () if last else (alone,)
    ):
        pass
    return made
