"""What was under way while two accounts became one begins nothing under the old one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lms.accounts import queries as accounts
from lms.commerce.services import cart
from lms.kernel.errors import Conflict
from lms.kernel.ids import PersonId
from lms.kernel.work import Actor, Work
from lms.policy.answering import Matter
from lms.threads import services as threads
from lms.threads.services import Opening
from tests.make import threads as make_threads
from tests.make.merges import Pair


@pytest.fixture
def pair(work: Work) -> Pair:
    return Pair(work)


def as_(work: Work, person_id: PersonId) -> Work:
    account = accounts.account_of(work.session, person_id)
    return replace(work, actor=Actor(account.id, person_id, frozenset({"learner"})))


def order(own: Work, pair: Pair) -> None:
    cart.lock_cart(own, pair.goes)


def ask(own: Work, pair: Pair) -> None:
    put = Opening(Matter.STUDY, make_threads.says("课程打不开"), "打不开")
    threads.begin(own, pair.here, put)


@pytest.mark.parametrize("deed", [order, ask])
def test_a_deed_that_waited_for_the_merge_is_refused(
    work: Work, pair: Pair, deed: Callable[[Work, Pair], None]
) -> None:
    own = as_(work, pair.goes)
    pair.merged(work)

    with pytest.raises(Conflict, match=r"account\.merged"):
        deed(own, pair)
