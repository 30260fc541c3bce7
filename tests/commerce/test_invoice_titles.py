"""What may stand on an invoice, and how an amount is parted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.commerce.rules.invoices import (
    InvoiceType,
    Title,
    TitleKind,
    tax_number_problem,
    title_problems,
)
from lms.commerce.rules.sharing import share


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("91150203MA0N00000G", None),
        (" 91150203ma0n-00000g", None),
        ("91150203MA0N00000H", "uscc.checksum"),
        ("9115020", "uscc.form"),
        ("91150203MI0N00000G", "uscc.form"),
        ("150203123456789", None),
        ("150203198507040044", None),
        ("15020319850704004401", None),
    ],
)
def test_a_tax_number_is_checked_by_its_own_figure(
    number: str, problem: str | None
) -> None:
    assert tax_number_problem(number) == problem


def test_a_title_says_all_that_is_wrong_at_once() -> None:
    bad = Title(TitleKind.COMPANY, InvoiceType.SPECIAL, "甲", "1", email="nobody")

    assert set(title_problems(bad)) == {
        "invoice.name",
        "uscc.form",
        "invoice.special_facts",
        "invoice.email",
    }
    person = Title(TitleKind.PERSONAL, InvoiceType.SPECIAL, "张建国")
    assert title_problems(person) == ("invoice.special_person",)


@given(st.integers(-(10**7), 10**7), st.lists(st.integers(0, 10**6), min_size=1))
def test_a_parted_amount_adds_up_to_the_fen(amount: int, weights: list[int]) -> None:
    parts = share(amount, weights)

    assert sum(parts) == amount
    assert all(part * amount >= 0 for part in parts)
