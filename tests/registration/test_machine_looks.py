"""What a machine may claim to have looked at in a paper, and what it leaves to eyes."""

from __future__ import annotations

import pytest

from lms.policy.flow import Check
from lms.registration.rules.dossier import Given
from lms.registration.rules.dossier_checks import by_machine
from tests.registration.test_dossier_rules import CONTRACT, ON, asked, flow, paper, rows


@pytest.mark.parametrize(
    ("checks", "given", "left_to_no_eyes"),
    [
        ((), Given(), ()),
        ((Check.SIGNED,), Given(hand_signed=True), ()),
        ((Check.SIGNED,), Given(stored_signature=True), (Check.SIGNED,)),
        ((Check.ORIGINAL, Check.PRACTICE_SEALED), Given(practice_sealed=True), ()),
        (
            (Check.ENDS_A_YEAR_ON, Check.ORIGINAL),
            Given(open_ended=True),
            (Check.ENDS_A_YEAR_ON,),
        ),
    ],
)
def test_a_machine_claims_only_what_it_looked_at(
    checks: tuple[Check, ...], given: Given, left_to_no_eyes: tuple[Check, ...]
) -> None:
    (row,) = rows(flow(asked(CONTRACT, *checks)), paper(CONTRACT, given=given))

    assert by_machine(row) == left_to_no_eyes


@pytest.mark.parametrize("check", list(Check))
def test_every_look_that_is_left_to_eyes_is_no_machines(check: Check) -> None:
    given = Given(
        hand_signed=True, sealed=True, practice_sealed=True, one_page=True,
        open_ended=True, insurance_months=9, insured_until=ON,
    )  # fmt: skip
    one = asked(CONTRACT, check)
    (row,) = rows(flow(one), paper(CONTRACT, given=given, millis=9000))

    assert bool(by_machine(row)) is not bool(row.looks)
