"""Questions that learners asked two associations, with a picture and a template."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from lms.accounts import queries as accounts
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.policy.answering import Matter
from lms.threads import queries, services
from lms.threads.services import Opening, Said
from lms.threads.services.settings import Wanted
from tests.make import claims
from tests.make import threads as make

if TYPE_CHECKING:
    from tests.house.world import World


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
        asked = _asked(work, cast[name], house)
        (word,) = queries.at_desk(work.session, house, asked).words
        things = {"thread_id": asked, "enclosure_id": word.files[0].id}
        world.things["learner"][which] |= things
        world.things["staff"][which] |= things | {
            "template_id": services.save_template(
                work, house, Wanted("已收到", "{称呼}，已收到。")
            )
        }


def _asked(work: Work, person_id: PersonId, house: AssociationId) -> UUID:
    account = accounts.account_of(work.session, person_id)
    own = make.own(work, account.id, person_id)
    paper = claims.paper(str(new_id()))
    put = Opening(Matter.STUDY, Said(new_id(), "学时没有记上", (paper,)), "学时")
    return services.begin(own, house, put)
