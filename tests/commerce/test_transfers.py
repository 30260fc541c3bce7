"""Bank lines: one line pays one order, to the fen, by two people where asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lms.commerce import queries, services
from lms.commerce.rules import OrderState, TransferState
from lms.commerce.services import BankLine
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import AccountId, OrderId, PersonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Actor, Work
from lms.learning import queries as learning
from tests.conftest import HandClock, work_at
from tests.make import commerce as make

LINE = BankLine("1500", "", date(2026, 11, 20), Fen(12_800), "20261120-001", "张建国")


def desk(work: Work) -> Work:
    """The same work in the hands of another clerk."""
    actor = Actor(AccountId(new_id()), PersonId(new_id()), frozenset({"clerk"}))
    return Work(work.session, work.now, actor)


def ordered(
    work: Work, *, two_person: bool = False, sold: make.Sold | None = None
) -> tuple[PersonId, make.Sold, OrderId]:
    bought = sold or make.course(work, make.association(work, two_person=two_person))
    me = make.buyer(work)
    return me, bought, make.pending_order(work, me, bought)


def test_an_exact_line_opens_the_course(work: Work) -> None:
    me, sold, order_id = ordered(work)

    services.propose_transfer(desk(work), sold.association_id, order_id, LINE)

    order = queries.order(work.session, me, order_id)
    assert order.state is OrderState.FULFILLED
    assert len(learning.enrolments(work.session, me)) == 1


def test_a_fen_short_is_shown_and_pays_nothing_until_the_rest_comes(work: Work) -> None:
    me, sold, order_id = ordered(work)
    short = replace(LINE, amount_fen=Fen(12_799))

    services.propose_transfer(desk(work), sold.association_id, order_id, short)
    order = queries.order(work.session, me, order_id)
    assert (order.state, order.missing_fen) == (OrderState.PENDING, 1)
    assert not learning.enrolments(work.session, me)

    rest = replace(LINE, amount_fen=Fen(1), running_no="002")
    services.propose_transfer(desk(work), sold.association_id, order_id, rest)
    assert queries.order(work.session, me, order_id).state is OrderState.FULFILLED


def test_a_fen_over_is_refused(work: Work) -> None:
    _me, sold, order_id = ordered(work)
    over = replace(LINE, amount_fen=Fen(12_801))

    with pytest.raises(Refused, match=r"transfer\.over") as refused:
        services.propose_transfer(desk(work), sold.association_id, order_id, over)
    assert refused.value.facts["surplus"] == "0.01"


def test_one_bank_line_pays_one_order(work: Work) -> None:
    _me, sold, order_id = ordered(work)
    _other, _sold, other_order = ordered(work, sold=sold)
    services.propose_transfer(desk(work), sold.association_id, order_id, LINE)

    disguised = replace(LINE, running_no=" 20261120-001 ", reference="别的附言")
    with pytest.raises(Conflict, match=r"transfer\.known"):
        services.propose_transfer(
            desk(work), sold.association_id, other_order, disguised
        )


def test_where_two_people_are_asked_the_first_alone_pays_nothing(work: Work) -> None:
    me, sold, order_id = ordered(work, two_person=True)
    first = desk(work)
    line = services.propose_transfer(first, sold.association_id, order_id, LINE)
    work.session.flush()

    assert line.state is TransferState.PROPOSED
    assert queries.order(work.session, me, order_id).state is OrderState.PENDING
    with pytest.raises(Forbidden, match=r"transfer\.same_person"):
        services.second_transfer(first, sold.association_id, line.id)

    services.second_transfer(desk(work), sold.association_id, line.id)
    assert queries.order(work.session, me, order_id).state is OrderState.FULFILLED
    with pytest.raises(Refused, match=r"transfer\.not_proposed"):
        services.second_transfer(desk(work), sold.association_id, line.id)


def test_a_withdrawn_line_may_be_matched_again(work: Work) -> None:
    me, sold, order_id = ordered(work, two_person=True)
    line = services.propose_transfer(desk(work), sold.association_id, order_id, LINE)
    services.withdraw_transfer(desk(work), sold.association_id, line.id)
    work.session.flush()

    again = services.propose_transfer(desk(work), sold.association_id, order_id, LINE)
    services.second_transfer(desk(work), sold.association_id, again.id)
    assert queries.order(work.session, me, order_id).state is OrderState.FULFILLED
    with pytest.raises(Refused, match=r"transfer\.counted"):
        services.withdraw_transfer(desk(work), sold.association_id, again.id)


def test_money_after_the_order_expired_still_opens(
    work: Work, clock: HandClock
) -> None:
    me, sold, order_id = ordered(work)
    clock.pass_days(2)
    later = work_at(work, clock)
    assert services.expire(later, order_id)

    services.propose_transfer(desk(later), sold.association_id, order_id, LINE)

    states = [s.state for s in queries.order(work.session, me, order_id).steps]
    assert states[-2:] == [OrderState.PAID_LATE, OrderState.FULFILLED]


def test_nobody_confirms_their_own_order(work: Work) -> None:
    me, sold, order_id = ordered(work)
    own = Work(work.session, work.now, Actor(AccountId(new_id()), me))

    with pytest.raises(Forbidden, match=r"transfer\.own_order"):
        services.propose_transfer(own, sold.association_id, order_id, LINE)


def test_another_associations_order_is_not_found(work: Work) -> None:
    _me, _sold, order_id = ordered(work)
    stranger = make.association(work)

    with pytest.raises(NotFound, match=r"order\.unknown"):
        services.propose_transfer(desk(work), stranger, order_id, LINE)
    with pytest.raises(NotFound, match=r"order\.unknown"):
        queries.order_of(work.session, stranger, order_id)
    with pytest.raises(NotFound, match=r"transfer\.unknown"):
        services.second_transfer(desk(work), stranger, new_id())


def test_what_is_partly_transferred_is_not_also_paid_online_or_given_up(
    work: Work,
) -> None:
    me, sold, order_id = ordered(work)
    short = replace(LINE, amount_fen=Fen(100))
    services.propose_transfer(desk(work), sold.association_id, order_id, short)
    work.session.flush()

    for act in (
        lambda: services.begin_payment(work, me, order_id, "card"),
        lambda: services.cancel(work, me, order_id),
    ):
        with pytest.raises(Refused, match=r"order\.transferring"):
            act()
