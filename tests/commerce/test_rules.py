"""What money means for an order, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.commerce.rules import (
    DONE,
    PAYABLE_LATE,
    TRANSITIONS,
    CheckoutSeen,
    Effect,
    Judged,
    OrderState,
    Owed,
    judge_checkout,
    judge_transfers,
    may_become,
    number_is_whole,
    order_number,
)
from lms.kernel.money import Fen

SEEN = CheckoutSeen(
    id="cs_1",
    status="complete",
    payment_status="paid",
    amount_fen=Fen(12_800),
    currency="cny",
    order_id="o",
    attempt_id="a",
    intent_id="pi_1",
    failed=False,
    live=True,
    expires_at=datetime(2026, 11, 21, tzinfo=UTC),
)
OWED = Owed(OrderState.PENDING, Fen(12_800), "cny", live=True)


@pytest.mark.parametrize(
    ("owed", "seen", "judged"),
    [
        pytest.param({}, {}, Judged(Effect.FULFILLED), id="paid to the fen"),
        pytest.param(
            {}, {"amount_fen": 12_799}, Judged(Effect.HELD, "amount"), id="a fen short"
        ),
        pytest.param(
            {}, {"amount_fen": 12_801}, Judged(Effect.HELD, "amount"), id="a fen over"
        ),
        pytest.param(
            {}, {"currency": "usd"}, Judged(Effect.HELD, "currency"), id="other money"
        ),
        pytest.param(
            {}, {"live": False}, Judged(Effect.IGNORED, "livemode"), id="play money"
        ),
        pytest.param(
            {}, {"payment_status": "unpaid"}, Judged(Effect.WAITING, "complete"),
            id="complete but unpaid",
        ),
        pytest.param(
            {}, {"payment_status": "no_payment_required"},
            Judged(Effect.WAITING, "complete"), id="nothing was to be paid",
        ),
        pytest.param(
            {}, {"payment_status": "unpaid", "failed": True}, Judged(Effect.FAILED),
            id="slow money did not come",
        ),
        pytest.param(
            {}, {"payment_status": "unpaid", "status": "expired"},
            Judged(Effect.EXPIRED), id="the page ended",
        ),
        pytest.param(
            {"state": OrderState.EXPIRED}, {}, Judged(Effect.REVIVED), id="late money"
        ),
        pytest.param(
            {"state": OrderState.CANCELLED}, {}, Judged(Effect.REVIVED),
            id="money after giving up",
        ),
        pytest.param(
            {"state": OrderState.EXPIRED, "owned": True}, {},
            Judged(Effect.HELD, "owned_already"), id="late money for what is owned",
        ),
        pytest.param(
            {"state": OrderState.EXPIRED}, {"amount_fen": 1},
            Judged(Effect.HELD, "amount"), id="late and short",
        ),
        *(
            pytest.param(
                {"state": state}, {}, Judged(Effect.SURPLUS, "paid_twice"),
                id=f"money again when {state.value}",
            )
            for state in sorted(DONE)
        ),
    ],
)  # fmt: skip
def test_what_a_session_means(
    owed: dict[str, object], seen: dict[str, object], judged: Judged
) -> None:
    assert judge_checkout(replace(OWED, **owed), replace(SEEN, **seen)) == judged  # type: ignore[arg-type]  # facts of several types


def test_no_step_leads_back_to_waiting() -> None:
    for state in OrderState:
        if state is not OrderState.DRAFT:
            assert not may_become(state, OrderState.PENDING)


def test_every_state_has_its_row_and_an_ending() -> None:
    assert set(TRANSITIONS) == set(OrderState)
    for state in OrderState:
        reached, frontier = {state}, {state}
        while frontier:
            frontier = {t for s in frontier for t in TRANSITIONS[s]} - reached
            reached |= frontier
        assert reached & (DONE | PAYABLE_LATE)
    assert not any(s in TRANSITIONS[t] for s in OrderState for t in TRANSITIONS[s])


@given(st.integers(1, 10**7), st.lists(st.integers(1, 10**7), max_size=5))
def test_transfers_are_exact_or_short_or_over(total: int, amounts: list[int]) -> None:
    judged = judge_transfers(Fen(total), map(Fen, amounts))

    assert judged.missing_fen * judged.surplus_fen == 0
    assert sum(amounts) + judged.missing_fen - judged.surplus_fen == total
    assert judged.exact == (sum(amounts) == total)


@given(
    st.binary(min_size=6, max_size=6),
    st.integers(0, 12),
    st.sampled_from("23456789ABCDEF"),
)
def test_a_wrong_character_in_an_order_number_is_found(
    draw: bytes, place: int, other: str
) -> None:
    number = order_number("261121", draw)
    assert number_is_whole(number)
    if number[place] != other:
        assert not number_is_whole(number[:place] + other + number[place + 1 :])
