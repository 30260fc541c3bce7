"""The demonstration's second accounts: people who registered by another address."""

from collections.abc import Mapping

from lms.accounts import services as accounts
from lms.jobs.demo import people as cast_of
from lms.jobs.demo.money import Desk
from lms.jobs.demo.people import Made
from lms.kernel.work import Work
from lms.merges import queries, services
from lms.merges.rules import Proof, Proposal
from lms.people import services as people

_WHY = "本人到柜台出示身份证，两个账号都是自己的：手机换号后用邮箱又注册了一次。"


def lay(work: Work, cast: Mapping[str, Made], desk: Desk) -> None:
    """Let two learners have two accounts: one pair is found, one proposed already."""
    _again(work, desk, "王守成", "wang.old@demo.example")
    proposed = _again(work, desk, "李秀英", "li.old@demo.example")
    services.keep_pairs(work, queries.alike(work.session))
    services.propose_merge(
        desk.at(work, "manager2", 1),
        proposed.person_id,
        cast["李秀英"].person_id,
        Proposal((Proof.ID_CARD, Proof.BOTH_CONTACTS), _WHY),
    )


def _again(work: Work, desk: Desk, name: str, email: str) -> Made:
    made = cast_of.agent(work, email, name)
    people.begun(work, made.person_id)
    accounts.know_learner(work, made.person_id, desk.house)
    return made
