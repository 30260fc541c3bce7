"""Numbers, codes, states and conditions, without a database."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credentials.rules import (
    Anchor,
    Evidence,
    Facts,
    HoursRow,
    State,
    Verdict,
    grouped,
    needs,
    new_code,
    number,
    read_code,
    read_number,
    verdict,
)
from lms.kernel.credit import Credit
from lms.policy.model import Specialty, Track

DAY = date(2026, 11, 21)
FULL = Evidence(
    profile_missing=0,
    photo_accepted=True,
    period_from=date(2024, 1, 1),
    period_until=date(2026, 12, 31),
    required=Credit(6000),
    elective=Credit(6000),
    asked={Track.REQUIRED: 6000, Track.ELECTIVE: 6000},
    score=60,
)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        pytest.param({}, [], id="everything there"),
        pytest.param({"required": Credit(5999)}, ["required"], id="R59.99 is short"),
        pytest.param(
            {"required": Credit(12000), "elective": Credit(0)},
            ["elective"],
            id="required never fills elective",
        ),
        pytest.param({"score": None}, ["test"], id="R60 E60 without the test"),
        pytest.param({"profile_missing": 2}, ["profile"], id="profile"),
        pytest.param({"photo_accepted": False}, ["photo"], id="photo unseen"),
        pytest.param(
            {"period_until": date(2026, 11, 20)}, ["period"], id="period is over"
        ),
        pytest.param(
            {"period_until": DAY, "period_from": DAY}, [], id="both days count"
        ),
        pytest.param(
            {"required": Credit(0), "elective": Credit(0), "score": None},
            ["required", "elective", "test"],
            id="all reasons at once",
        ),
    ],
)
def test_the_conditions(changes: dict[str, object], missing: list[str]) -> None:
    known = replace(FULL, **changes)  # type: ignore[arg-type]  # facts of several types

    found = [need.code.split(".")[1] for need in needs(known, DAY) if not need.met]

    assert found == missing


@pytest.mark.parametrize(
    ("state", "on", "told"),
    [
        (State.VALID, date(2026, 12, 31), Verdict.VALID),
        (State.VALID, date(2027, 1, 1), Verdict.EXPIRED),
        (State.REVOKED, date(2027, 1, 1), Verdict.REVOKED),
        (State.SUPERSEDED, date(2026, 1, 1), Verdict.SUPERSEDED),
    ],
)
def test_what_a_state_is_worth(state: State, on: date, told: Verdict) -> None:
    assert verdict(state, date(2026, 12, 31), on) is told


@given(st.integers(1, 9_999_999), st.data())
def test_one_wrong_character_is_never_another_number(
    serial: int, data: st.DataObject
) -> None:
    right = number("BTJX", 2026, serial)
    places = [i for i, c in enumerate(right) if c.isalnum() and not 5 <= i <= 8]
    at = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    wrong = right[:at] + other + right[at + 1 :]

    assert read_number(right) == right
    assert wrong == right or read_number(wrong) is None


@pytest.mark.parametrize(
    "typed", ["", "x", "BTJX-JXJY-2026-149-7", "？" * 60, "-" * 30]
)
def test_what_cannot_be_a_number_is_none(typed: str) -> None:
    assert read_number(typed) is None
    assert read_code(typed) is None


def test_codes_are_long_and_survive_hands_and_eyes() -> None:
    codes = {new_code() for _ in range(200)}

    assert len(codes) == 200
    for code in codes:
        assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", code)
        misread = grouped(code).lower().replace("0", "o").replace("1", "l")
        assert read_code(misread) == code


def test_a_snapshot_comes_back_as_it_was() -> None:
    facts = Facts(
        number=number("BTJX", 2026, 1),
        token=new_code(),
        name="欧阳𬀩",
        sex="male",
        id_masked="1502**********0010",
        employer="",
        registration_no="蒙215020210149",
        hours=(HoursRow(Specialty.BUILDING, True, Credit(6000), Credit(6150)),),
        score=92,
        passed_on=DAY,
        period_from=DAY,
        period_until=DAY,
        issuer="示例协会",
        issued_on=DAY,
    )

    assert Facts.restored(facts.stored()) == facts
    anchored = replace(facts, anchor=Anchor(4711, "c9ecc52be8ff4ede", DAY))
    assert Facts.restored(anchored.stored()) == anchored
    # What was issued before the first checkpoint was stored without the word.
    early = {k: v for k, v in facts.stored().items() if k != "anchor"}
    assert Facts.restored(early) == facts
