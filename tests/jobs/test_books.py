"""Every night the books are compared: each difference is named, green is green."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.commerce import services
from lms.commerce.models import BookDifference, MoneyLine, Order, Payment
from lms.commerce.ports import Checkout, PaidThere
from lms.commerce.queries import reconciliations
from lms.commerce.rules import PaymentState
from lms.commerce.rules.invoices import Read
from lms.commerce.rules.reconciling import DiffKind, DiffState
from lms.commerce.services import assigning, invoices, lines, reconciling, settle
from lms.commerce.services.assigning import Part
from lms.commerce.services.issuing import record_issued
from lms.commerce.services.orders import lock_order
from lms.commerce.services.returned import note_returned
from lms.jobs import books
from lms.kernel.db import db
from lms.kernel.errors import NotFound, Refused, Unavailable
from lms.kernel.ids import AccountId, AssociationId, PersonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import HOUSE, Actor, Work, unit_of_work
from tests.conftest import HandClock
from tests.make import commerce as make
from tests.make import invoices as bureau
from tests.make import statements as bank
from tests.make.statements import hand, row

DAY = date(2026, 11, 21)


class Provider:
    """A provider whose books a test writes."""

    live = False

    def __init__(self) -> None:
        self.sessions: list[Any] = []
        self.back: dict[str, int] = {}
        self.silent = False

    def recent(self, _since: object, _until: object = None) -> Any:
        if self.silent:
            raise Unavailable("payment.unavailable")
        return iter(self.sessions)

    def refunded(self, paid: PaidThere) -> Fen:
        return Fen(self.back.get(paid.intent_id, 0))


@pytest.fixture
def provider(app: Flask) -> Provider:
    return Provider()


def night(clock: HandClock, provider: Provider) -> None:
    """Let the day be over, and the job come round."""
    clock.pass_days(1)
    books.run(clock, {Checkout: provider})


def kinds(house: AssociationId, state: DiffState = DiffState.OPEN) -> set[DiffKind]:
    found = reconciliations.found(db.session(), house, state)
    return {one.kind for one in found}


@pytest.fixture
def paid(clock: HandClock, provider: Provider) -> tuple[AssociationId, UUID]:
    """An association with an order that was paid by card and agrees with everybody."""
    with unit_of_work(HOUSE, clock=clock) as work:
        house = make.association(work)
        me = make.buyer(work)
        order_id = make.pending_order(work, me, make.course(work, house))
        begun = make.plan(work, me, order_id)
        seen = make.seen(work, begun)
        settle(work, seen, live=False)
        provider.sessions.append(seen)
    return house, order_id


def test_a_day_on_which_all_agrees_is_green(
    clock: HandClock, provider: Provider, paid: tuple[AssociationId, UUID]
) -> None:
    night(clock, provider)

    (run,) = (
        one for one in reconciliations.runs(db.session(), paid[0]) if one.day == DAY
    )
    assert (run.found, run.open, run.looked["stripe"]) == (0, 0, 1)


def test_a_day_is_compared_once_and_not_while_the_provider_is_silent(
    clock: HandClock, provider: Provider, paid: tuple[AssociationId, UUID]
) -> None:
    provider.silent = True
    night(clock, provider)
    assert not reconciliations.runs(db.session(), paid[0])

    provider.silent = False
    books.run(clock, {Checkout: provider})
    first = reconciliations.last_run(db.session(), paid[0], DAY)
    assert first is not None
    was = first.at
    db.session.remove()
    clock.pass_seconds(3600)
    books.run(clock, {Checkout: provider})
    again = reconciliations.last_run(db.session(), paid[0], DAY)
    assert again is not None
    assert again.at == was


def spoil_missing(
    work: Work, house: AssociationId, order_id: UUID, p: Provider
) -> None:
    p.sessions.clear()


def spoil_unknown(
    work: Work, house: AssociationId, order_id: UUID, p: Provider
) -> None:
    p.sessions.append(replace(p.sessions[0], id="cs_lost"))


def spoil_amount(work: Work, house: AssociationId, order_id: UUID, p: Provider) -> None:
    p.sessions[0] = replace(p.sessions[0], amount_fen=Fen(12_900))


def spoil_refund(work: Work, house: AssociationId, order_id: UUID, p: Provider) -> None:
    payment = work.session.scalars(select(Payment)).one()
    order = lock_order(work, order_id)
    note_returned(work, order, payment, Fen(12_800), "stripe")


def spoil_order(work: Work, house: AssociationId, order_id: UUID, p: Provider) -> None:
    work.session.get_one(Order, order_id).total_fen = 13_000


def spoil_held(work: Work, house: AssociationId, order_id: UUID, p: Provider) -> None:
    payment = work.session.scalars(select(Payment)).one()
    work.session.add(
        Payment(
            id=new_id(), order_id=order_id, provider=payment.provider,
            provider_ref="twice", amount_fen=1, refunded_fen=0, currency="cny",
            state=PaymentState.SURPLUS, received_at=work.now - timedelta(days=3),
        )
    )  # fmt: skip


def spoil_line(work: Work, house: AssociationId, order_id: UUID, p: Provider) -> None:
    bank.taken(hand(work), house, row("5.00", payer="不认识"))


def spoil_out(work: Work, house: AssociationId, order_id: UUID, p: Provider) -> None:
    bank.taken(hand(work), house, row("", out="7.00", number="55"))


def spoil_short(work: Work, house: AssociationId, order_id: UUID, p: Provider) -> None:
    waiting = make.pending_order(work, make.buyer(work), make.course(work, house))
    (line,) = bank.taken(hand(work), house, row("100.00"))
    assigning.propose(hand(work), house, line.id, [Part(waiting, Fen(10_000))])
    assigning.confirm(hand(work), house, line.id)


def spoil_typed(work: Work, house: AssociationId, order_id: UUID, p: Provider) -> None:
    waiting = make.pending_order(work, make.buyer(work), make.course(work, house))
    line = services.BankLine("1500", "", date(2026, 11, 20), Fen(12_800), "9", "甲")
    services.propose_transfer(hand(work), house, waiting, line)
    interest = row("0.01", number="3")
    (stored,) = bank.taken(hand(work), house, interest)
    lines.set_aside(hand(work), house, stored.id, "结息", aside=True)


def spoil_invoice(
    work: Work, house: AssociationId, order_id: UUID, p: Provider
) -> None:
    order = work.session.get_one(Order, order_id)
    made = invoices.ask(work, PersonId(order.person_id), [order_id], bureau.company())
    record_issued(hand(work), house, made, bureau.paper(12_800), Read())
    spoil_refund(work, house, order_id, p)


def spoil_book(work: Work, house: AssociationId, order_id: UUID, p: Provider) -> None:
    payment = work.session.scalars(select(Payment)).one()
    line = work.session.scalars(select(MoneyLine)).one()
    work.session.add(
        MoneyLine(
            association_id=house, order_id=order_id, payment_id=payment.id,
            channel=line.channel, applied=True, amount_fen=1, cash_on=DAY, at=work.now,
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (spoil_missing, DiffKind.STRIPE_MISSING),
        (spoil_unknown, DiffKind.STRIPE_UNKNOWN),
        (spoil_amount, DiffKind.STRIPE_AMOUNT),
        (spoil_refund, DiffKind.STRIPE_REFUND),
        (spoil_order, DiffKind.ORDER_AMOUNT),
        (spoil_held, DiffKind.MONEY_HELD),
        (spoil_line, DiffKind.BANK_UNASSIGNED),
        (spoil_out, DiffKind.BANK_OUT),
        (spoil_short, DiffKind.ORDER_SHORT),
        (spoil_typed, DiffKind.TRANSFER_NO_LINE),
        (spoil_invoice, DiffKind.INVOICE_OVER),
        (spoil_book, DiffKind.LEDGER),
    ],
)
def test_each_kind_of_difference_is_found(
    clock: HandClock,
    provider: Provider,
    paid: tuple[AssociationId, UUID],
    spoil: Callable[[Work, AssociationId, UUID, Provider], None],
    kind: DiffKind,
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        spoil(work, *paid, provider)

    night(clock, provider)

    assert kind in kinds(paid[0])
    elsewhere = [one for one in DiffKind if one is not kind]
    assert len(kinds(paid[0])) < len(elsewhere)


def test_what_is_put_right_is_gone_and_what_is_settled_stays_settled(
    clock: HandClock, provider: Provider, paid: tuple[AssociationId, UUID]
) -> None:
    house = paid[0]
    with unit_of_work(HOUSE, clock=clock) as work:
        first, second = bank.taken(
            hand(work), house, row("5.00", payer="甲"), row("6.00", number="2")
        )
        ids = first.id, second.id
    night(clock, provider)
    found = {
        one.line_id: one
        for one in reconciliations.found(db.session(), house, DiffState.OPEN)
    }
    assert set(found) == set(ids)
    with unit_of_work(hand_actor(), clock=clock) as work:
        with pytest.raises(Refused, match=r"difference\.no_reason"):
            reconciling.settle_difference(work, house, found[ids[0]].id, " ")
        reconciling.settle_difference(work, house, found[ids[0]].id, "已电话核实")
        lines.keep(work, house, ids[1], "来款不明", kept=True)
    night(clock, provider)

    rows = db.session.scalars(select(BookDifference)).all()
    assert {row.line_id: row.state for row in rows} == {
        ids[0]: DiffState.SETTLED,
        ids[1]: DiffState.GONE,
    }
    with unit_of_work(hand_actor(), clock=clock) as work:
        with pytest.raises(Refused, match=r"difference\.settled"):
            reconciling.settle_difference(work, house, found[ids[0]].id, "再来")
        stranger = make.association(work)
        with pytest.raises(NotFound, match=r"difference\.unknown"):
            reconciling.settle_difference(work, stranger, found[ids[0]].id, "别家")


def hand_actor() -> Actor:
    return Actor(AccountId(new_id()), PersonId(new_id()), frozenset({"clerk"}))


def test_a_settled_difference_that_grows_is_open_again(
    clock: HandClock, provider: Provider, paid: tuple[AssociationId, UUID]
) -> None:
    house, order_id = paid
    with unit_of_work(HOUSE, clock=clock) as work:
        spoil_order(work, house, order_id, provider)
    night(clock, provider)
    (one,) = reconciliations.found(db.session(), house, DiffState.OPEN)
    with unit_of_work(hand_actor(), clock=clock) as work:
        reconciling.settle_difference(work, house, one.id, "人工核实")
    db.session.execute(update(Order).values(total_fen=14_000))
    db.session.commit()
    night(clock, provider)

    assert kinds(house) == {DiffKind.ORDER_AMOUNT}
