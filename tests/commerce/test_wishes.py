"""A learner asks for money back: one wish waits, the desk takes it up or says no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.approvals.models import Approval
from lms.approvals.rules import ApprovalState
from lms.commerce import queries
from lms.commerce.queries.wishes import KIND, WishStage, open_wish
from lms.commerce.queries.wishes import wishes as told
from lms.commerce.rules import OrderState
from lms.commerce.services import wishes
from lms.commerce.services.orders import lock_order
from lms.commerce.services.refund_lines import LineWish
from lms.commerce.services.returned import note_returned
from lms.commerce.services.wishes import WishAsk
from lms.kernel.db import db
from lms.kernel.errors import Conflict, Forbidden, LmsError, NotFound, Refused
from lms.kernel.ids import AccountId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Actor, Work, unit_of_work
from lms.notify.models import OutboxMessage
from lms.reports import desk as reports
from lms.reports import orders
from tests.commerce.test_partial_refunds import Two, studied
from tests.make import commerce as make
from tests.races import together

Begin = Callable[..., Any]


class Asking(Two):
    """The same order, with its buyer at the page."""

    def __init__(self, work: Work, **more: Any) -> None:
        super().__init__(work, **more)
        self.own = replace(work, actor=Actor(AccountId(new_id()), self.me))

    def wish(
        self, *lines: UUID, why: str = "报错了课", certified: bool = False
    ) -> UUID:
        asked = WishAsk(frozenset(lines or self.lines), why)
        return wishes.wish(self.own, self.me, self.order_id, asked, certified=certified)

    def stage(self) -> WishStage:
        return told(self.work.session, self.order_id)[0].stage


def waiting(work: Work, two: Two) -> tuple[int, int | None]:
    """Count what the desk sees: on the first page, and in the list of orders."""
    count = reports.waiting(
        work.session, two.house, two.me, on=work.now.date()
    ).refunds_wished
    page = orders.orders(work.session, two.house, group="wish", words="")
    assert all(row.id == two.order_id for row in page.rows)
    return count, page.total


def test_a_wish_waits_at_the_desk_with_what_the_rule_would_give(work: Work) -> None:
    two = Asking(work)

    two.wish(two.lines[1])

    (card,) = told(work.session, two.order_id)
    assert (card.stage, card.reason, card.most_fen) == ("waiting", "报错了课", 6_000)
    assert card.lines == {two.lines[1]}
    assert waiting(work, two) == (1, 1)
    assert two.order().state is OrderState.FULFILLED


def test_asking_again_while_one_waits_changes_nothing(work: Work) -> None:
    two = Asking(work)

    first = two.wish(two.lines[0], why="第一次")

    assert two.wish(why="第二次") == first
    assert [one.reason for one in told(work.session, two.order_id)] == ["第一次"]


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"why": "  "}, "wish.no_reason"),
        ({"certified": True}, "refund.certified"),
    ],
)
def test_what_can_never_be_given_is_not_asked_for(
    work: Work, how: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        Asking(work).wish(**how)
    assert refused.value.code == code


def test_of_nothing_of_strange_lines_and_of_others_orders_nothing_is_asked(
    work: Work,
) -> None:
    two, other = Asking(work), Asking(work)

    for lines in (frozenset[UUID](), frozenset({new_id()})):
        with pytest.raises(Refused, match=r"wish\.no_lines"):
            wishes.wish(
                two.own, two.me, two.order_id, WishAsk(lines, "x"), certified=False
            )
    with pytest.raises(NotFound):
        wishes.wish(
            other.own, other.me, two.order_id, WishAsk(frozenset(two.lines), "x"),
            certified=False,
        )  # fmt: skip
    with pytest.raises(NotFound):
        wishes.withdraw(other.own, other.me, two.order_id)


def test_an_order_that_waits_for_money_has_nothing_to_give_back(work: Work) -> None:
    sold = make.course(work)
    me = make.buyer(work)
    order_id = make.pending_order(work, me, sold)
    (line,) = queries.order(work.session, me, order_id).lines

    with pytest.raises(Refused, match=r"wish\.not_now"):
        wishes.wish(
            work, me, order_id, WishAsk(frozenset({line.id}), "x"), certified=False
        )


def test_one_may_ask_for_what_was_begun_because_a_manager_may_go_beyond(
    work: Work,
) -> None:
    two = Asking(work)
    studied(work, two.first, 100)

    two.wish(two.lines[0])

    assert told(work.session, two.order_id)[0].most_fen == 0


def test_a_refund_that_a_clerk_asks_for_takes_the_wish_up_to_its_end(
    work: Work,
) -> None:
    two = Asking(work)
    two.wish(two.lines[1])

    refund = two.ask(LineWish(two.lines[1], Fen(6_000)))
    assert two.stage() is WishStage.TAKEN_UP
    assert waiting(work, two) == (0, 0)
    two.agree(refund)
    assert two.stage() is WishStage.SENDING
    two.settle(refund)
    assert two.stage() is WishStage.DONE


def messages(work: Work) -> int:
    found = select(func.count()).where(OutboxMessage.template == "refund_refused")
    return work.session.scalar(found) or 0


def test_who_says_no_says_why_and_the_learner_is_told_and_may_ask_again(
    work: Work,
) -> None:
    two = Asking(work)
    first = two.wish()

    with pytest.raises(Refused, match=r"approval\.no_comment"):
        wishes.decline(two.clerk, two.house, two.order_id, " ")
    wishes.decline(two.clerk, two.house, two.order_id, "已超过期限")

    (card,) = told(work.session, two.order_id)
    assert (card.stage, card.answer) == (WishStage.REFUSED, "已超过期限")
    assert messages(work) == 1
    with pytest.raises(Conflict):
        wishes.decline(two.clerk, two.house, two.order_id, "再说一次")
    assert two.wish() != first


def test_a_managers_no_to_the_refund_is_the_answer_to_the_wish(work: Work) -> None:
    two = Asking(work)
    two.wish()
    refund = two.ask(*(LineWish(one, Fen(6_000)) for one in two.lines))

    from_manager = (False, "课程已开始考试")
    two.decide(refund, from_manager)

    (card,) = told(work.session, two.order_id)
    assert (card.stage, card.answer) == (WishStage.REFUSED, "课程已开始考试")
    assert messages(work) == 1


def test_a_wish_that_was_withdrawn_waits_no_more(work: Work) -> None:
    two = Asking(work)
    two.wish()

    wishes.withdraw(two.own, two.me, two.order_id)
    wishes.withdraw(two.own, two.me, two.order_id)

    assert two.stage() is WishStage.WITHDRAWN
    assert waiting(work, two) == (0, 0)


def test_nobody_answers_a_wish_of_another_house_or_ones_own(work: Work) -> None:
    two = Asking(work)
    two.wish()
    away = make.association(work)

    with pytest.raises(NotFound):
        wishes.decline(two.clerk, away, two.order_id, "不退")
    myself = replace(two.clerk, actor=replace(two.clerk.actor, person_id=two.me))
    with pytest.raises(Forbidden):
        wishes.decline(myself, two.house, two.order_id, "不退")
    assert two.stage() is WishStage.WAITING


def test_money_that_the_provider_sends_back_ends_the_wish(work: Work) -> None:
    two = Asking(work)
    two.wish()

    order = lock_order(work, two.order_id)
    note_returned(work, order, two.payment, Fen(16_000), "refund")

    assert two.stage() is WishStage.WITHDRAWN
    assert open_wish(work.session, two.order_id) is None


def opened(order_id: UUID) -> int:
    found = db.session.scalar(
        select(func.count()).where(
            Approval.subject == f"order:{order_id}",
            Approval.kind == KIND,
            Approval.state == ApprovalState.OPEN,
        )
    )
    db.session.remove()
    return found or 0


def race(app: Flask, two: Asking, act: Callable[[Work], object]) -> list[object]:
    def one() -> object:
        try:
            with unit_of_work(two.own.actor, clock=app.extensions["lms.clock"]) as work:
                return act(work)
        except LmsError as no:
            return no.code

    return together(app, [one] * 6)


def test_six_clicks_at_once_are_one_wish(app: Flask, begin: Begin) -> None:
    with begin() as work:
        two = Asking(work)
    asked = WishAsk(frozenset(two.lines), "报错了课")

    got = race(
        app,
        two,
        lambda work: wishes.wish(work, two.me, two.order_id, asked, certified=False),
    )

    assert len(set(map(str, got))) == 1
    assert opened(two.order_id) == 1


def test_without_the_lock_of_the_order_they_are_several(
    app: Flask, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: who looks before anything is locked finds nothing, six times."""
    with begin() as work:
        two = Asking(work)
    asked = WishAsk(frozenset(two.lines), "报错了课")
    monkeypatch.setattr(wishes, "open_wish", lambda *_: None)

    race(
        app,
        two,
        lambda work: wishes.wish(work, two.me, two.order_id, asked, certified=False),
    )

    assert opened(two.order_id) > 1


def test_a_no_and_a_refund_at_once_are_one_answer(app: Flask, begin: Begin) -> None:
    with begin() as work:
        two = Asking(work)
        two.wish()
    ask = (LineWish(two.lines[0], Fen(10_000)),)
    clock = app.extensions["lms.clock"]

    def decline() -> object:
        try:
            with unit_of_work(two.clerk.actor, clock=clock) as work:
                wishes.decline(work, two.house, two.order_id, "不退")
        except Conflict as no:
            return no.code
        return "no"

    def take_up() -> object:
        with unit_of_work(two.manager.actor, clock=clock) as work:
            return two.ask(*ask, by=work)

    deeds: list[Callable[[], object]] = [decline, take_up, partial(decline)]
    got = together(app, deeds)

    assert opened(two.order_id) == 0
    stage = told(db.session(), two.order_id)[0].stage
    assert (got.count("no"), stage) in {
        (1, WishStage.REFUSED),
        (0, WishStage.TAKEN_UP),
    }
