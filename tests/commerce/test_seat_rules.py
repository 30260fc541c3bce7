"""What a company buys: numbers, days and prices, and who may sit. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from lms.commerce.rules.seats import (
    MOST_LINES,
    MOST_SEATS,
    Candidate,
    QuoteFacts,
    QuoteState,
    Wanted,
    quote_number,
    quote_state,
    read_number,
    seat_objection,
    wanted_problems,
)
from lms.kernel.ids import check_character

LAST = date(2026, 12, 21)
OFFER = uuid4()


@pytest.mark.parametrize(
    ("facts", "day", "state"),
    [
        pytest.param((False, False), LAST, QuoteState.OPEN, id="its last day counts"),
        pytest.param(
            (False, False), LAST + timedelta(days=1), QuoteState.OVER, id="a day later"
        ),
        pytest.param((False, True), LAST, QuoteState.WITHDRAWN, id="withdrawn"),
        pytest.param(
            (True, False), LAST + timedelta(days=99), QuoteState.ORDERED, id="ordered"
        ),
    ],
)
def test_where_a_quote_stands(
    facts: tuple[bool, bool], day: date, state: QuoteState
) -> None:
    ordered, withdrawn = facts

    assert quote_state(QuoteFacts(LAST, ordered, withdrawn), day) is state


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        pytest.param([], "quote.empty", id="nothing"),
        pytest.param([Wanted("course", OFFER, 0)], "quote.seats", id="no seat"),
        pytest.param(
            [Wanted("course", OFFER, MOST_SEATS + 1)], "quote.seats", id="one too many"
        ),
        pytest.param([Wanted("course", OFFER, 1)] * 2, "quote.twice", id="twice"),
        pytest.param(
            [Wanted("course", uuid4(), 1) for _ in range(MOST_LINES + 1)],
            "quote.many_lines",
            id="a line too many",
        ),
    ],
)
def test_what_no_price_is_given_for(lines: list[Wanted], problem: str) -> None:
    assert wanted_problems(lines) == (problem,)


def test_a_course_and_a_package_of_one_id_are_two_things() -> None:
    lines = [Wanted("course", OFFER, MOST_SEATS), Wanted("package", OFFER, 1)]

    assert wanted_problems(lines) == ()


@pytest.mark.parametrize(
    ("known", "problem"),
    [
        pytest.param(Candidate(True, 100, None), "", id="whole and without it"),
        pytest.param(Candidate(True, 99, None), "seat.incomplete", id="a part lacks"),
        pytest.param(Candidate(True, 100, "offer.owned"), "seat.owned", id="has it"),
        pytest.param(
            Candidate(True, 100, "offer.ordered"), "seat.ordered", id="is paying for it"
        ),
        pytest.param(Candidate(False, 100, None), "seat.not_linked", id="a stranger"),
    ],
)
def test_who_may_sit(known: Candidate, problem: str) -> None:
    assert seat_objection(known) == problem


def test_numbers_carry_their_check_character() -> None:
    number = quote_number("261121", list(range(6)))

    assert number[0] == "B"
    assert check_character(number[:-1]) == number[-1]


def test_a_companys_own_number_is_folded() -> None:
    assert read_number(" PO-2026/ 017\t\n") == "PO-2026/ 017"
