"""Statements: read whole or not at all, each line once, matched with reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from lms.commerce import queries, services
from lms.commerce.models import (
    BankMapping,
    Order,
    PaymentAttempt,
    StatementLine,
    Transfer,
)
from lms.commerce.queries import statements
from lms.commerce.rules import AttemptState, CheckoutSeen, OrderState, TransferState
from lms.commerce.rules.statements import LineState
from lms.commerce.services import (
    assigning,
    imports,
    line_returns,
    lines,
    proposing,
    transfers,
)
from lms.commerce.services.assigning import Part
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import AssociationId, OrderId, PersonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Work
from lms.learning import queries as learning
from tests.make import commerce as make
from tests.make import statements as bank
from tests.make.statements import hand, row

TODAY = date(2026, 11, 21)


class Ground:
    """An association with one order that waits, and who works at its desk."""

    def __init__(self, work: Work, *, two_person: bool = True) -> None:
        self.work = work
        self.house = make.association(work, two_person=two_person)
        self.sold = make.course(work, self.house)
        self.me = make.buyer(work)
        self.order_id = make.pending_order(work, self.me, self.sold)
        self.clerk, self.other = hand(work), hand(work)
        self.manager = hand(work, "manager")

    @property
    def number(self) -> str:
        return self.work.session.get_one(Order, self.order_id).number

    def state(self) -> OrderState:
        return queries.order(self.work.session, self.me, self.order_id).state

    def take(self, *rows: list[str]) -> list[StatementLine]:
        return bank.taken(self.clerk, self.house, *rows)


@pytest.fixture
def ground(work: Work) -> Ground:
    return Ground(work)


# -- taking in -------------------------------------------------------------------


def test_a_file_is_read_next_time_as_it_was_read_before(ground: Ground) -> None:
    bank.laid(ground.clerk, ground.house, bank.upload(row("1.00")))

    again = imports.upload(ground.other, ground.house, bank.upload(row("2.00")))

    shown = statements.statement(ground.work.session, ground.house, again)
    assert (shown.bank, shown.account) == ("包头银行", "1500")
    other = make.association(ground.work)
    fresh = imports.upload(ground.other, other, bank.upload(row("2.00")))
    assert statements.statement(ground.work.session, other, fresh).account == ""
    assert (
        ground.work.session.scalar(select(func.count()).select_from(BankMapping)) == 1
    )


def test_with_one_bad_row_nothing_is_stored(ground: Ground) -> None:
    rows = [row("1.00"), row("一元", number="2"), row("3.00", number="3")]
    made = bank.laid(ground.clerk, ground.house, bank.upload(*rows))

    with pytest.raises(Refused, match=r"statement\.flawed") as refused:
        imports.take(ground.clerk, ground.house, made)
    assert refused.value.facts["count"] == 1
    assert not ground.work.session.scalar(select(func.count(StatementLine.id)))


def test_an_overlapping_file_brings_only_what_is_new(ground: Ground) -> None:
    ground.take(row("1.00"), row("2.00", number="2"))
    made = bank.laid(
        ground.clerk,
        ground.house,
        bank.upload(row("1.00"), row("2.00", number="2"), row("3.00", number="3")),
    )

    told = imports.take(ground.clerk, ground.house, made)

    assert (told.new_lines, told.known_lines) == (1, 2)
    with pytest.raises(Conflict, match=r"statement\.taken"):
        imports.take(ground.clerk, ground.house, made)
    with pytest.raises(NotFound, match=r"statement\.taken"):
        statements.cells(ground.work.session, ground.house, made)


def test_another_associations_file_is_not_found(ground: Ground) -> None:
    made = bank.laid(ground.clerk, ground.house, bank.upload(row("1.00")))
    stranger = make.association(ground.work)

    with pytest.raises(NotFound, match=r"statement\.unknown"):
        imports.take(ground.clerk, stranger, made)


def test_a_line_that_was_typed_before_is_the_same_money(ground: Ground) -> None:
    typed = services.BankLine(
        "1500", "", date(2026, 11, 20), Fen(12_800), "1", "张建国"
    )
    services.propose_transfer(ground.clerk, ground.house, ground.order_id, typed)

    (line,) = ground.take(row("128.00", words=ground.number))

    assert line.state is LineState.PROPOSED
    assert ground.work.session.scalar(select(func.count(Transfer.id))) == 1
    again = make.pending_order(ground.work, make.buyer(ground.work), ground.sold)
    with pytest.raises(Conflict, match=r"transfer\.imported"):
        services.propose_transfer(ground.clerk, ground.house, again, typed)


# -- matching --------------------------------------------------------------------


def test_number_and_amount_are_proposed_at_once_and_another_confirms(
    ground: Ground,
) -> None:
    (line,) = ground.take(row("128.00", words=f"培训费 {ground.number.lower()}"))

    assert (line.state, line.confidence >= 95) == (LineState.PROPOSED, True)
    assert ground.state() is OrderState.PENDING
    with pytest.raises(Forbidden, match=r"transfer\.same_person"):
        assigning.confirm(ground.clerk, ground.house, line.id)

    done = assigning.confirm(ground.other, ground.house, line.id)

    assert done.opened == (ground.number,)
    assert ground.state() is OrderState.FULFILLED
    assert line.state is LineState.DONE
    assert len(learning.enrolments(ground.work.session, ground.me)) == 1


def test_the_importer_does_not_confirm_what_somebody_else_proposed(
    ground: Ground,
) -> None:
    (line,) = ground.take(row("128.00"))
    part = Part(ground.order_id, Fen(12_800))
    assigning.propose(ground.other, ground.house, line.id, [part])

    for who in (ground.clerk, ground.other):
        with pytest.raises(Forbidden, match=r"transfer\.same_person"):
            assigning.confirm(who, ground.house, line.id)
    assert assigning.confirm(ground.manager, ground.house, line.id).opened


def test_a_desk_with_one_person_confirms_its_own(work: Work) -> None:
    ground = Ground(work, two_person=False)
    (line,) = ground.take(row("128.00", words=ground.number))

    assert assigning.confirm(ground.clerk, ground.house, line.id).opened


def test_amount_and_payer_alone_are_a_hint_for_a_person(ground: Ground) -> None:
    (line,) = ground.take(row("128.00"))

    assert line.state is LineState.OPEN
    assert 0 < line.confidence < 95
    assert [one[0] for one in line.guess] == [str(ground.order_id)]


def test_one_payment_for_two_orders_is_parted(ground: Ground) -> None:
    second = make.pending_order(ground.work, make.buyer(ground.work), ground.sold)
    other = ground.work.session.get_one(Order, second).number
    (line,) = ground.take(row("256.00", words=f"{ground.number}、{other}"))

    assert line.proposed_fen == 25_600
    done = assigning.confirm(ground.other, ground.house, line.id)
    assert set(done.opened) == {ground.number, other}


def test_two_payments_for_one_order_open_it_with_the_last(ground: Ground) -> None:
    first, second = ground.take(row("100.00"), row("28.00", number="2"))
    for line, fen in ((first, 10_000), (second, 2_800)):
        part = Part(ground.order_id, Fen(fen))
        assigning.propose(ground.clerk, ground.house, line.id, [part])

    assert assigning.confirm(ground.other, ground.house, first.id).short
    assert ground.state() is OrderState.PENDING
    assert assigning.confirm(ground.other, ground.house, second.id).opened


def test_what_is_too_much_stays_on_the_line_and_goes_back_by_two_persons(
    ground: Ground,
) -> None:
    (line,) = ground.take(row("130.00", words=ground.number))
    with pytest.raises(Refused, match=r"transfer\.over"):
        assigning.propose(
            ground.clerk, ground.house, line.id, [Part(ground.order_id, Fen(13_000))]
        )
    assigning.propose(
        ground.clerk, ground.house, line.id, [Part(ground.order_id, Fen(12_800))]
    )
    assigning.confirm(ground.other, ground.house, line.id)
    assert (line.state, lines.shares(line).left_fen) == (LineState.OPEN, 200)

    asked = line_returns.ask_return(
        ground.clerk, ground.house, line.id, Fen(200), "多汇 2 元"
    )
    own = replace(ground.manager, actor=ground.clerk.actor)
    with pytest.raises(Refused, match=r"approval\.own"):
        line_returns.decide_return(own, ground.house, asked, (True, ""))
    with pytest.raises(Refused, match=r"approval\.last_role"):
        line_returns.decide_return(ground.other, ground.house, asked, (True, ""))
    with pytest.raises(Refused, match=r"line\.not_agreed"):
        line_returns.note_return(ground.clerk, ground.house, asked, "9", TODAY)
    line_returns.decide_return(ground.manager, ground.house, asked, (True, "同意"))
    assert line.state is LineState.RETURNING
    line_returns.note_return(ground.clerk, ground.house, asked, "9", TODAY)
    assert (line.state, line.returned_fen) == (LineState.DONE, 200)


def test_a_refused_return_frees_the_money(ground: Ground) -> None:
    (line,) = ground.take(row("5.00"))
    asked = line_returns.ask_return(
        ground.clerk, ground.house, line.id, Fen(500), "不明来款"
    )
    with pytest.raises(Refused, match=r"line\.over"):
        line_returns.ask_return(ground.clerk, ground.house, line.id, Fen(1), "再退")
    line_returns.decide_return(ground.manager, ground.house, asked, (False, "再核实"))

    assert (line.state, lines.shares(line).left_fen) == (LineState.OPEN, 500)


def test_an_unknown_payer_is_kept_with_a_reason_and_taken_up_again(
    ground: Ground,
) -> None:
    (line,) = ground.take(row("128.00", payer="某某商贸"))
    with pytest.raises(Refused, match=r"line\.no_reason"):
        lines.keep(ground.clerk, ground.house, line.id, " ", kept=True)
    lines.keep(ground.clerk, ground.house, line.id, "来款不明", kept=True)
    assert (line.state, line.why) == (LineState.KEPT, "来款不明")

    part = Part(ground.order_id, Fen(12_800))
    assigning.propose(ground.clerk, ground.house, line.id, [part])
    assert line.state is LineState.PROPOSED


def test_what_is_none_of_ours_is_set_aside_only_while_nobody_has_a_part(
    ground: Ground,
) -> None:
    interest, paid = ground.take(row("0.31"), row("128.00", number="2", words=""))
    lines.set_aside(ground.clerk, ground.house, interest.id, "结息", aside=True)
    assert interest.state is LineState.ASIDE
    with pytest.raises(Refused, match=r"line\.nothing_left"):
        assigning.propose(
            ground.clerk, ground.house, interest.id, [Part(ground.order_id, Fen(1))]
        )
    part = Part(ground.order_id, Fen(12_800))
    assigning.propose(ground.clerk, ground.house, paid.id, [part])
    with pytest.raises(Refused, match=r"line\.spoken_for"):
        lines.set_aside(ground.clerk, ground.house, paid.id, "误", aside=True)


def test_a_withdrawn_part_frees_its_money(ground: Ground) -> None:
    (line,) = ground.take(row("128.00", words=ground.number))
    (part,) = ground.work.session.scalars(select(Transfer))

    transfers.withdraw_transfer(ground.other, ground.house, part.id)

    assert (line.state, part.state) == (LineState.OPEN, TransferState.WITHDRAWN)


def test_money_that_went_out_pays_no_order(ground: Ground) -> None:
    (line,) = ground.take(row("", out="128.00", words=ground.number))

    assert (line.state, line.amount_fen) == (LineState.OUT, -12_800)
    with pytest.raises(Refused, match=r"line\.nothing_left"):
        assigning.propose(
            ground.clerk, ground.house, line.id, [Part(ground.order_id, Fen(1))]
        )


def test_nobody_gives_money_to_an_order_of_their_own(ground: Ground) -> None:
    own = hand(ground.work, person_id=PersonId(ground.me))
    (line,) = bank.taken(own, ground.house, row("128.00", words=ground.number))

    assert line.state is LineState.OPEN
    with pytest.raises(Forbidden, match=r"transfer\.own_order"):
        assigning.propose(
            own, ground.house, line.id, [Part(ground.order_id, Fen(12_800))]
        )


def test_an_order_that_a_card_paid_first_frees_the_line(ground: Ground) -> None:
    (line,) = ground.take(row("128.00", words=ground.number))
    paid_by_card(ground.work, ground.me, ground.order_id)

    done = assigning.confirm(ground.other, ground.house, line.id)

    assert done.freed == (ground.number,)
    assert (line.state, lines.shares(line).left_fen) == (LineState.OPEN, 12_800)
    order = queries.order(ground.work.session, ground.me, ground.order_id)
    assert [one.provider.value for one in order.payments] == ["stripe"]


def paid_by_card(work: Work, me: PersonId, order_id: OrderId) -> None:
    """Let a page that was opened before the line came be paid."""
    attempt = PaymentAttempt(
        id=new_id(), order_id=order_id, n=1, state=AttemptState.OPEN, method="card",
        started_at=work.now, expires_at=work.now, checked_at=work.now,
    )  # fmt: skip
    work.session.add(attempt)
    work.session.flush()
    seen = CheckoutSeen(
        f"cs_{attempt.id.hex}", "complete", "paid", Fen(12_800), "cny", str(order_id),
        str(attempt.id), "pi_1", failed=False, live=False, expires_at=work.now,
    )  # fmt: skip
    services.settle(work, seen, live=False)


def test_orders_that_come_later_are_found_by_looking_again(ground: Ground) -> None:
    (line,) = ground.take(row("99.00"))
    sold = make.course(ground.work, ground.house, price_fen=9_900)
    make.pending_order(ground.work, ground.me, sold)

    assert proposing.rematch(ground.clerk, AssociationId(ground.house)) == 0
    assert line.confidence > 0
