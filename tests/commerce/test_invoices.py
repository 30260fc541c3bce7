"""Invoices: asked for, handed over, issued as asked, and taken back by two persons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.commerce import services
from lms.commerce.models import Invoice, InvoiceRed, Order, Payment
from lms.commerce.queries import invoices as queries
from lms.commerce.rules.handover import Layout
from lms.commerce.rules.invoices import (
    FileForm,
    InvoiceState,
    Read,
    RedState,
    RedWhy,
    RefundRule,
    Title,
    red_needed,
)
from lms.commerce.services import invoices, issuing, reds
from lms.commerce.services.reds import RedAsk
from lms.gateways.handover_files import LocalHandoverPress
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import OrderId, PersonId
from lms.kernel.money import Fen
from lms.kernel.work import Work
from tests.make import commerce as make
from tests.make import invoices as bureau
from tests.make.statements import hand

PRESS = LocalHandoverPress()
WRONG = RedAsk(RedWhy.TITLE, "抬头写错了")


class Desk:
    """An association with two paid orders of one buyer, and who works there."""

    def __init__(self, work: Work, *, two_person: bool = True) -> None:
        self.work = work
        self.house = make.association(work, two_person=two_person)
        make.seller(work, self.house)
        self.me = make.buyer(work)
        self.orders = [self.paid() for _ in range(2)]
        self.clerk, self.manager = hand(work), hand(work, "manager")

    def paid(self) -> OrderId:
        return make.paid_order(self.work, self.me, make.course(self.work, self.house))

    def ask(self, *order_ids: OrderId, title: Title | None = None) -> Invoice:
        chosen = list(order_ids) or self.orders
        made = invoices.ask(self.work, self.me, chosen, title or bureau.company())
        return self.work.session.get_one(Invoice, made)

    def issued(self, *order_ids: OrderId) -> Invoice:
        row = self.ask(*order_ids)
        paper = bureau.paper(row.amount_fen, words=row.title + row.tax_no)
        issuing.record_issued(self.clerk, self.house, row.id, paper, Read())
        return row

    def refund(self, order_id: OrderId) -> None:
        payment = self.work.session.scalars(
            select(Payment).where(Payment.order_id == order_id)
        ).one()
        ask = services.RefundAsk(payment.id, Fen(payment.amount_fen), "不学了")
        asked = services.ask_refund(
            self.clerk, self.house, order_id, ask, certified=False
        )
        services.decide_refund(
            self.manager, self.house, asked, (True, ""), certified=False
        )


@pytest.fixture
def desk(work: Work) -> Desk:
    return Desk(work)


# -- asking ----------------------------------------------------------------------


def test_several_orders_stand_on_one_invoice_and_each_on_one_only(desk: Desk) -> None:
    row = desk.ask()

    assert (row.amount_fen, row.state) == (25_600, InvoiceState.ASKED)
    with pytest.raises(Conflict, match=r"invoice\.there"):
        desk.ask(desk.orders[0])
    invoices.withdraw(desk.work, desk.me, row.id)
    assert desk.ask(desk.orders[0]).amount_fen == 12_800


def test_orders_of_others_and_of_two_houses_are_refused(desk: Desk) -> None:
    stranger = make.buyer(desk.work)
    with pytest.raises(NotFound, match=r"order\.unknown"):
        invoices.ask(desk.work, stranger, desk.orders, bureau.company())
    other = make.paid_order(desk.work, desk.me, make.course(desk.work))
    with pytest.raises(Refused, match=r"invoice\.associations"):
        desk.ask(desk.orders[0], other)
    free = make.course(desk.work, desk.house, price_fen=0)
    nothing = make.pending_order(desk.work, desk.me, free)
    with pytest.raises(Refused, match=r"invoice\.not_payable"):
        desk.ask(nothing)


def test_what_identifies_is_sealed(desk: Desk) -> None:
    title = bureau.company(account="6222000011112222", phone="13800000001")
    row = desk.ask(title=title)

    assert b"6222000011112222" not in (row.sealed or b"")
    assert queries.title_of(desk.work.session, row) == title


def test_a_title_may_change_until_it_lies_in_a_file(desk: Desk) -> None:
    row = desk.ask()
    invoices.retitle(desk.work, desk.me, row.id, bureau.personal())
    assert (row.title, row.tax_no) == ("张建国", "")
    issuing.hand_over(desk.clerk, desk.house, [row.id], PRESS)

    acts: tuple[Callable[[], None], ...] = (
        lambda: invoices.retitle(desk.work, desk.me, row.id, bureau.company()),
        lambda: invoices.withdraw(desk.work, desk.me, row.id),
        lambda: invoices.decline(desk.clerk, desk.house, row.id, "不对"),
    )
    for act in acts:
        with pytest.raises(Refused, match=r"invoice\.not_asked"):
            act()
    issuing.take_back(desk.clerk, desk.house, row.id)
    invoices.decline(desk.clerk, desk.house, row.id, "请改为单位抬头")
    assert (row.state, row.reason) == (InvoiceState.DECLINED, "请改为单位抬头")


def test_an_order_that_is_not_paid_waits(desk: Desk) -> None:
    sold = make.course(desk.work, desk.house)
    pending = make.pending_order(desk.work, desk.me, sold)
    row = desk.ask(pending)

    with pytest.raises(Refused, match=r"invoice\.not_paid"):
        issuing.hand_over(desk.clerk, desk.house, [row.id], PRESS)
    with pytest.raises(Refused, match=r"invoice\.not_paid"):
        issuing.record_issued(
            desk.clerk, desk.house, row.id, bureau.paper(12_800), Read()
        )


# -- handing over and issuing ------------------------------------------------------


def test_the_file_is_kept_as_it_was_made_and_opens_for_its_house_alone(
    desk: Desk,
) -> None:
    row = desk.ask()
    made = issuing.hand_over(desk.clerk, desk.house, [row.id], PRESS)

    kind, _at, body = queries.handover(desk.work.session, desk.house, made)
    assert (kind, body[:2], row.state) == ("xlsx", b"PK", InvoiceState.HANDED)
    with pytest.raises(NotFound, match=r"handover\.unknown"):
        queries.handover(desk.work.session, make.association(desk.work), made)


def test_a_layout_holds_from_its_day_on(desk: Desk) -> None:
    since = date(2026, 12, 1)
    layout = Layout(item="继续教育培训费")
    issuing.set_layout(desk.clerk, desk.house, layout, since)

    before = queries.layout(desk.work.session, desk.house, date(2026, 11, 30))
    assert before.item == "培训费"
    assert queries.layout(desk.work.session, desk.house, since) == layout
    bad = Layout(basic=(("发票流水号", "serial"),), tax_code="1", item="")
    with pytest.raises(Refused, match=r"handover\.invalid") as refused:
        issuing.set_layout(desk.clerk, desk.house, bad, since)
    assert set(refused.value.reasons) == {
        "handover.lacks",
        "handover.tax_code",
        "handover.item",
    }


def test_the_invoice_is_taken_in_when_it_says_what_was_asked(desk: Desk) -> None:
    row = desk.issued()

    assert (row.state, row.issued_number) == (
        InvoiceState.ISSUED,
        "26152000000012345678",
    )
    card = queries.invoice(desk.work.session, desk.me, row.id)
    form, body = queries.file(desk.work.session, card, card.files[0].id)
    assert (form, body) == (FileForm.PDF, b"%PDF-1.7 specimen")
    ofd = bureau.paper(25_600, words=row.title + row.tax_no, form=FileForm.OFD)
    issuing.record_issued(desk.clerk, desk.house, row.id, ofd, Read())
    with pytest.raises(Conflict, match=r"invoice\.file_there"):
        issuing.record_issued(desk.clerk, desk.house, row.id, ofd, Read())


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"fen": 25_599}, "invoice.other_amount"),
        ({"words": "别的公司"}, "invoice.other_title"),
        ({"number": "12"}, "invoice.no_number"),
        ({"on": date(2026, 11, 22)}, "invoice.no_day"),
        ({"on": date(2026, 11, 20)}, "invoice.no_day"),
        (
            {"words": "内蒙古示例建设集团有限公司 91110000600037341L"},
            "invoice.other_tax_no",
        ),
    ],
)
def test_another_invoice_than_the_one_asked_for_is_refused(
    desk: Desk, over: dict[str, object], reason: str
) -> None:
    row = desk.ask()
    paper = bureau.paper(**({"fen": 25_600} | over))  # type: ignore[arg-type]  # facts of several types

    with pytest.raises(Refused, match=r"invoice\.differs") as refused:
        issuing.record_issued(desk.clerk, desk.house, row.id, paper, Read())
    assert reason in refused.value.reasons
    assert row.state is InvoiceState.ASKED


def test_what_cannot_be_read_is_typed_and_what_is_read_is_not_overruled(
    desk: Desk,
) -> None:
    row = desk.ask()
    blank = bureau.paper(25_600)
    with pytest.raises(Refused) as refused:
        issuing.record_issued(
            desk.clerk, desk.house, row.id, blank, Read(number="1" * 20)
        )
    assert refused.value.reasons == ("invoice.number_typed",)

    mute = type(blank)(blank.form, blank.body, Read())
    typed = Read("2" * 20, bureau.DAY, Fen(25_600))
    issuing.record_issued(desk.clerk, desk.house, row.id, mute, typed)
    assert row.issued_number == "2" * 20


def test_a_number_is_taken_in_once(desk: Desk) -> None:
    first, second = desk.ask(desk.orders[0]), desk.ask(desk.orders[1])
    paper = bureau.paper(12_800)
    issuing.record_issued(desk.clerk, desk.house, first.id, paper, Read())

    with pytest.raises(Conflict, match=r"invoice\.number_known"):
        issuing.record_issued(desk.clerk, desk.house, second.id, paper, Read())


def test_nobody_handles_an_invoice_of_their_own(desk: Desk) -> None:
    row = desk.ask()
    own = hand(desk.work, person_id=PersonId(desk.me))

    with pytest.raises(Forbidden, match=r"invoice\.own"):
        issuing.hand_over(own, desk.house, [row.id], PRESS)


# -- red ---------------------------------------------------------------------------


def test_a_red_entry_needs_another_person_a_manager_and_the_bureau(desk: Desk) -> None:
    row = desk.issued()
    red = reds.ask_red(desk.clerk, desk.house, row.id, WRONG)
    paper = bureau.paper(-25_600, number="9" * 20)

    with pytest.raises(Conflict, match=r"invoice\.red_open"):
        reds.ask_red(desk.clerk, desk.house, row.id, WRONG)
    with pytest.raises(Refused, match=r"invoice\.no_red_agreed"):
        reds.record_red(desk.clerk, desk.house, red, paper, Read())
    with pytest.raises(Refused, match=r"approval\.own"):
        reds.decide_red(desk.clerk, desk.house, red, (True, ""))
    with pytest.raises(Refused, match=r"approval\.last_role"):
        reds.decide_red(hand(desk.work), desk.house, red, (True, ""))
    reds.decide_red(desk.manager, desk.house, red, (True, "同意"))
    positive = bureau.paper(25_600, number="9" * 20)
    with pytest.raises(Refused, match=r"invoice\.differs"):
        reds.record_red(desk.clerk, desk.house, red, positive, Read())
    reds.record_red(desk.clerk, desk.house, red, paper, Read())

    assert (row.state, row.red_fen) == (InvoiceState.RED, 25_600)
    assert desk.ask().amount_fen == 25_600


def test_a_desk_of_one_person_agrees_with_itself(work: Work) -> None:
    desk = Desk(work, two_person=False)
    row = desk.issued()
    red = reds.ask_red(desk.clerk, desk.house, row.id, WRONG)

    assert work.session.get_one(InvoiceRed, red).state is RedState.AGREED


def test_a_buyers_wish_ends_with_the_invoice_that_was_wished(desk: Desk) -> None:
    row = desk.issued()
    ask = RedAsk(RedWhy.TITLE, "应开给个人", bureau.personal())
    red = reds.wish(desk.work, desk.me, row.id, ask)
    reds.take_up_wish(desk.clerk, desk.house, red, (True, ""))
    reds.decide_red(desk.manager, desk.house, red, (True, ""))
    paper = bureau.paper(-25_600, number="9" * 20)
    reds.record_red(desk.clerk, desk.house, red, paper, Read())

    again = desk.work.session.get_one(InvoiceRed, red).again_id
    made = desk.work.session.get_one(Invoice, again)
    assert (made.title, made.replaces_id) == ("张建国", row.id)
    assert (made.amount_fen, made.state) == (25_600, InvoiceState.ASKED)


def test_a_wish_that_is_declined_says_why(desk: Desk) -> None:
    row = desk.issued()
    red = reds.wish(desk.work, desk.me, row.id, RedAsk(RedWhy.OTHER, "不想要了"))
    with pytest.raises(Refused, match=r"invoice\.no_reason"):
        reds.take_up_wish(desk.clerk, desk.house, red, (False, " "))
    reds.take_up_wish(desk.clerk, desk.house, red, (False, "发票无误"))

    assert (row.state, row.reason) == (InvoiceState.ISSUED, "发票无误")


# -- refunds -----------------------------------------------------------------------


def test_a_refund_lessens_a_request_that_nobody_handed_over(desk: Desk) -> None:
    row = desk.ask()
    desk.refund(desk.orders[0])
    assert (row.amount_fen, row.state) == (12_800, InvoiceState.ASKED)

    desk.refund(desk.orders[1])
    assert row.state is InvoiceState.WITHDRAWN


def test_a_refund_waits_while_the_request_lies_at_the_bureau(desk: Desk) -> None:
    row = desk.ask()
    issuing.hand_over(desk.clerk, desk.house, [row.id], PRESS)

    with pytest.raises(Refused, match=r"refund\.invoice_handed"):
        desk.refund(desk.orders[0])


def test_together_agreeing_to_the_refund_agrees_to_the_red_entry(desk: Desk) -> None:
    row = desk.issued()
    desk.refund(desk.orders[0])

    (red,) = desk.work.session.scalars(select(InvoiceRed))
    assert (red.state, red.amount_fen, red.why) == (
        RedState.AGREED,
        12_800,
        RedWhy.REFUND,
    )
    paper = bureau.paper(-12_800, number="9" * 20)
    reds.record_red(desk.clerk, desk.house, red.id, paper, Read())
    assert (row.state, row.red_fen) == (InvoiceState.ISSUED, 12_800)


def test_first_the_red_invoice_must_lie_here_before_the_refund(desk: Desk) -> None:
    layout = Layout(refunds=RefundRule.FIRST)
    issuing.set_layout(desk.clerk, desk.house, layout, bureau.DAY)
    row = desk.issued()
    undone = desk.work.session.begin_nested()
    with pytest.raises(Refused, match=r"refund\.red_first") as refused, undone:
        desk.refund(desk.orders[0])
    assert refused.value.facts["amount"] == "128.00"

    ask = RedAsk(RedWhy.REFUND, "退一门课", amount_fen=12_800)
    red = reds.ask_red(desk.clerk, desk.house, row.id, ask)
    reds.decide_red(desk.manager, desk.house, red, (True, ""))
    paper = bureau.paper(-12_800, number="9" * 20)
    reds.record_red(desk.clerk, desk.house, red, paper, Read())
    desk.refund(desk.orders[0])

    order = desk.work.session.get_one(Order, desk.orders[0])
    assert queries.holdings(desk.work.session, [order.id]) == {order.id: 0}


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_after_the_red_entry_no_invoice_exceeds_what_is_paid(
    invoiced: int, paid: int, back: int
) -> None:
    back = min(back, paid)
    red = red_needed(invoiced, 0, paid, back)

    assert invoiced - red <= max(0, paid - back)
    assert red >= 0
