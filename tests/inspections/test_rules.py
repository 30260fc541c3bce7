"""How much is drawn."""

from __future__ import annotations

import pytest

from lms.inspections.rules import how_many


@pytest.mark.parametrize(
    ("pot", "drawn"), [(0, 0), (1, 1), (20, 1), (21, 2), (400, 20), (401, 21)]
)
def test_one_certificate_in_twenty_is_drawn_and_never_none(
    pot: int, drawn: int
) -> None:
    assert how_many(pot, certificates=True) == drawn


@pytest.mark.parametrize(("pot", "drawn"), [(0, 0), (1, 1), (2, 1), (9, 5)])
def test_every_second_sign_is_drawn(pot: int, drawn: int) -> None:
    assert how_many(pot, certificates=False) == drawn
