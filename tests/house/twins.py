"""Two accounts of one person, and numbers that somebody else typed first."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from lms.accounts.models import Account
from lms.kernel.ids import AccountId, AssociationId
from lms.kernel.work import Work
from lms.merges import services
from lms.people import services as people
from lms.people.services import Said
from tests.house.lives import Things
from tests.make import merges as make
from tests.make import people as persons

if TYPE_CHECKING:
    from tests.house.world import World

OWN = {
    "reason": "本人带身份证到场，两个账号都是自己的", "proofs": "id_card",
}  # fmt: skip


def lay(
    work: Work,
    world: World,
    manager: str,
    houses: tuple[AssociationId, AssociationId],
) -> None:
    """Lay questions at two associations, and proposals by the manager and another."""
    here, there = houses
    for which, house in (("own", here), ("same", here), ("foreign", there)):
        world.things["staff"][which] |= {
            "stays_id": make.learner(work, house),
            "case_id": _case(work, house),
            "merge_id": _proposal(work, make.manager(work, house), house),
        }
    theirs = world.things["staff"]["same"]
    make.alike(
        work, here, *(UUID(str(theirs[one])) for one in ("person_id", "stays_id"))
    )
    mine = AccountId(
        work.session.scalars(select(Account.id).where(Account.name == manager)).one()
    )
    another = make.manager(work, here)
    anothers: Things = {"merge_id": _proposal(work, another, here)}
    own: Things = {"merge_id": _proposal(work, mine, here)}
    world.instead |= {
        "console_merges.show": anothers,
        "console_merges.decide": anothers,
        "console_merges.withdraw": own,
        "console_merges.new": _two(work, here),
        "console_merges.propose": _two(work, here),
        "console_merges.apart": {**make.twins(work, here)},
        "console_standing.suspend": {"person_id": make.learner(work, here)},
        "console_standing.reinstate": {"person_id": make.learner(work, here)},
    }
    for deed in ("propose", "give"):
        world.forms[f"console_merges.{deed}"] = OWN
    world.forms["console_merges.decide"] = {
        "answer": "yes", "typed": "合并", "comment": "",
    }  # fmt: skip
    world.forms["console_merges.apart"] = {"reason": "两人都打过电话，身份证不同"}
    for deed in ("suspend", "reinstate"):
        world.forms[f"console_standing.{deed}"] = {"reason": "证件正在核查"}


def _two(work: Work, here: AssociationId) -> Things:
    return {
        "person_id": make.learner(work, here),
        "stays_id": make.learner(work, here),
    }


def _proposal(work: Work, account_id: AccountId, here: AssociationId) -> UUID:
    goes, stays = make.learner(work, here), make.learner(work, here)
    acting = make.acting(work, account_id, here)
    return services.propose_merge(acting, goes, stays, make.PUT)


def _case(work: Work, here: AssociationId) -> UUID:
    number = persons.id_number()
    holder, asker = make.learner(work, here), make.learner(work, here)
    people.save_identity(work, holder, "王陌生", number)
    said = Said("张建国", number, "从来没有注册过别的账号")
    return people.report_number(work, asker, here, said)
