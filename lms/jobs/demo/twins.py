"""The demonstration's second accounts: people who registered by another address."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from lms.accounts import services as accounts
from lms.jobs.demo import people as cast_of
from lms.jobs.demo.money import Desk
from lms.jobs.demo.people import Made
from lms.kernel.work import Work
from lms.merges import queries, services
from lms.merges.rules import Proof, Proposal
from lms.people import services as people

_WHY = "本人到柜台出示身份证，两个账号都是自己的：手机换号后用邮箱又注册了一次。"
_OPENED, _FOUND, _PROPOSED = timedelta(days=12), timedelta(days=2), 1


def lay(work: Work, cast: Mapping[str, Made], desk: Desk) -> None:
    """Let three learners have two accounts: two pairs are found, one is proposed.

    Of those found one can be proposed and agreed to on the spot; the other's owner has
    an application under way, which stands in the way. What is proposed waits for a
    second manager, and nothing stands in its way.
    """
    _again(work, desk, "王守成", "wang.old@demo.example")
    _again(work, desk, "陈雅琴", "chen.old@demo.example")
    proposed = _again(work, desk, "高明远", "gao.old@demo.example")
    found = replace(work, now=work.now - _FOUND)
    services.keep_pairs(found, queries.alike(work.session))
    services.propose_merge(
        desk.at(work, "manager2", _PROPOSED),
        proposed.person_id,
        cast["高明远"].person_id,
        Proposal((Proof.ID_CARD, Proof.BOTH_CONTACTS), _WHY),
    )


def _again(work: Work, desk: Desk, name: str, email: str) -> Made:
    then = replace(work, now=work.now - _OPENED)
    made = cast_of.agent(then, email, name)
    people.begun(then, made.person_id)
    accounts.know_learner(then, made.person_id, desk.house)
    return made
