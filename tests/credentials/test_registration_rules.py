"""Numbers, identifiers, use copies and seals: pure rules of registration."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credentials.rules import (
    CopyState,
    PracticeAct,
    acts_after,
    copy_ends,
    copy_live,
    current_form,
    in_province,
    is_old_form,
    licence_id,
    read_registration_no,
    registration_no,
)
from lms.people.rules import registration_number_problem, uscc_problem
from lms.policy.licences import LICENCES, licence_by_letter
from lms.policy.model import Province

IM = LICENCES[Province.INNER_MONGOLIA]


def test_a_number_says_province_class_years_and_serial() -> None:
    made = registration_no(IM, 2021, 2026, 1)

    assert made == "蒙2152021202600001"
    assert len(made) == 17
    assert registration_number_problem(made) is None


@pytest.mark.parametrize("serial", [0, 100_000])
def test_no_number_is_made_past_the_last_serial(serial: int) -> None:
    with pytest.raises(ValueError, match="serial"):
        registration_no(IM, 2021, 2026, serial)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("蒙2152021202600001", "蒙2152021202600001"),
        (" 蒙 215 2021 2026 00001 ", "蒙2152021202600001"),
        ("蒙２１５２１２６００００１", "蒙215212600001"),
        ("京211081200123", "京211081200123"),
        ("京2110812001234", None),
        ("152021202600001", None),
        ("蒙3152021202600001", None),
    ],
)
def test_a_typed_number(typed: str, read: str | None) -> None:
    assert read_registration_no(typed) == read


def test_an_old_number_can_be_written_in_full() -> None:
    assert is_old_form("京211081200123")
    assert current_form("京211081200123") == "京2112008201200123"
    assert not is_old_form("京2112008201200123")


@given(
    st.sampled_from(sorted(LICENCES)),
    st.integers(2007, 2026),
    st.integers(2007, 2099),
    st.integers(1, 99_999),
)
def test_every_number_made_can_be_read_and_moves_with_its_bearer(
    province: Province, qualified: int, initial: int, serial: int
) -> None:
    made = registration_no(LICENCES[province], qualified, initial, serial)

    assert read_registration_no(made) == made
    assert current_form(made) == made
    moved = in_province(made, IM)
    assert moved[0] == "蒙"
    assert moved[1:] == made[1:]


def test_a_licences_identifier_ends_with_the_check_of_all_its_parts() -> None:
    made = licence_id("11150000MB0000000X", UUID("5F1C0B6AEE2F4E0C9C0A8B8E1D2C3B4A"), 1)

    assert made == (
        "1.2.156.3005.2.11100000000013338W001.11150000MB0000000X."
        "5F1C0B6AEE2F4E0C9C0A8B8E1D2C3B4A.001.Q"
    )


@pytest.mark.parametrize("province", sorted(LICENCES))
def test_every_issuer_has_a_code_that_is_right_in_itself(province: Province) -> None:
    law = LICENCES[province]

    assert uscc_problem(law.issuer_code) is None
    assert licence_by_letter(law.letter) is law


TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("ends", "first_day_counts", "last"),
    [
        ((), True, date(2027, 5, 19)),
        ((), False, date(2027, 5, 20)),
        ((date(2027, 2, 10),), True, date(2027, 2, 10)),
        ((date(2027, 2, 10), date(2027, 1, 15)), True, date(2027, 1, 15)),
        ((date(2029, 11, 20), None), True, date(2027, 5, 19)),
    ],
)
def test_85_how_long_a_use_copy_lasts(
    ends: tuple[date | None, ...],
    first_day_counts: bool,
    last: date,
) -> None:
    assert copy_ends(TODAY, 180, ends, first_day_counts=first_day_counts) == last


def test_85_both_its_days_count_and_no_other() -> None:
    first, last = TODAY, date(2027, 5, 19)

    for on, good in (
        (date(2026, 11, 20), False),
        (first, True),
        (last, True),
        (date(2027, 5, 20), False),
    ):
        assert copy_live(CopyState.CONFIRMED, first, last, on) is good
    assert not copy_live(CopyState.VOIDED, first, last, TODAY)
    assert not copy_live(CopyState.ASKED, None, None, TODAY)


def test_a_second_seal_is_made_only_after_the_first_is_gone() -> None:
    assert PracticeAct.MADE not in acts_after(PracticeAct.MADE)
    for gone in (PracticeAct.LOST, PracticeAct.RETURNED, PracticeAct.VOIDED):
        assert PracticeAct.MADE in acts_after(gone)
