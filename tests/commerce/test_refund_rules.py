"""How much of a line may go back: never more than was paid, whatever the order."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.commerce.rules.refunding import (
    USUAL,
    LineFacts,
    RefundMode,
    RefundPolicy,
    Wish,
    highest,
    of_seats,
    wish_objection,
)
from lms.kernel.money import Fen

PRORATED = RefundPolicy(RefundMode.PRORATED)
prices = st.integers(1, 10**7).map(Fen)


def begun(price: int, studied: int, whole: int) -> LineFacts:
    return LineFacts(Fen(price), begun=True, studied=studied, whole=whole)


@pytest.mark.parametrize(
    ("policy", "line", "amount", "reason"),
    [
        (USUAL, LineFacts(Fen(900)), 900, "refund.unstudied"),
        (USUAL, begun(900, 1, 900), 0, "refund.begun"),
        (PRORATED, LineFacts(Fen(900)), 900, "refund.unstudied"),
        (PRORATED, begun(900, 1, 3), 600, "refund.prorated"),
        (PRORATED, begun(900, 599, 900), 301, "refund.prorated"),
        (PRORATED, begun(900, 600, 900), 0, "refund.limit"),
        (PRORATED, begun(900, 900, 900), 0, "refund.limit"),
    ],
)
def test_the_rule_says_the_highest_amount_and_why(
    policy: RefundPolicy, line: LineFacts, amount: int, reason: str
) -> None:
    most = highest(policy, line, certified=False)
    assert (most.amount_fen, most.reason) == (amount, reason)
    after = highest(policy, line, certified=True)
    assert (after.amount_fen, after.reason) == (0, "refund.certified")


@given(prices, st.integers(0, 10**6), st.integers(1, 10**6), st.booleans())
def test_what_is_kept_and_what_goes_back_are_what_was_paid(
    price: Fen, studied: int, whole: int, certified: bool
) -> None:
    line = begun(price, studied, whole)
    most = highest(PRORATED, line, certified=certified).amount_fen
    assert 0 <= most <= price
    share = Fraction(min(studied, whole), whole)
    if certified or share >= Fraction(2, 3):
        assert most == 0
    else:
        assert 0 <= price * (1 - share) - most < 1


@given(
    prices,
    st.integers(1, 200),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 10**7), st.booleans())),
)
def test_many_wishes_for_seats_never_give_more_than_was_paid(
    price: Fen, seats: int, wishes: list[tuple[int, int, bool]]
) -> None:
    line = LineFacts(price, seats=seats, free=seats)
    given_back = 0
    for count, amount, beyond in wishes:
        most = highest(USUAL, line, certified=False)
        wish = Wish(Fen(amount), count)
        if wish_objection(line, wish, most, beyond=beyond):
            continue
        given_back += amount
        line = replace(
            line,
            returned_fen=Fen(line.returned_fen + amount),
            returned_seats=line.returned_seats + count,
            free=line.free - count,
        )
        assert given_back <= price
        assert line.free >= 0


@given(prices, st.integers(1, 200), st.data())
def test_seat_after_seat_all_seats_are_worth_the_whole_line(
    price: Fen, seats: int, data: st.DataObject
) -> None:
    line = LineFacts(price, seats=seats, free=seats)
    while line.free:
        count = data.draw(st.integers(1, line.free))
        worth = of_seats(line, count)
        line = replace(
            line,
            returned_fen=Fen(line.returned_fen + worth),
            returned_seats=line.returned_seats + count,
            free=line.free - count,
        )
    assert line.returned_fen == price


def test_more_than_the_rule_needs_a_manager_and_a_certificate_stops_him_too() -> None:
    line = begun(900, 450, 900)
    most = highest(PRORATED, line, certified=False)
    wish = Wish(Fen(451))

    assert wish_objection(line, wish, most, beyond=False) == "refund.above_rule"
    assert wish_objection(line, wish, most, beyond=True) == ""
    assert wish_objection(line, Wish(Fen(450)), most, beyond=False) == ""
    assert wish_objection(line, Wish(Fen(901)), most, beyond=True)
    certified = highest(PRORATED, line, certified=True)
    assert wish_objection(line, wish, certified, beyond=True) == "refund.certified"
