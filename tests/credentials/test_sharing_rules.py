"""How long a link lasts, and what a code of one minute is worth."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credentials.rules import (
    Shown,
    grant_live,
    judge_code,
    share_ends,
    share_live,
    shown_code,
    ticket,
    ticket_good,
)

NOW = datetime(2026, 11, 21, 2, 0, 30, tzinfo=UTC)
SECRET, TOKEN = b"house secret of thirty-two bytes", "8F3KQ7ZD2M6X00000000000001"
INSTANTS = st.integers(0, 2**31).map(lambda s: datetime.fromtimestamp(s, UTC))


def test_a_link_opens_until_its_last_instant_and_not_at_it() -> None:
    until = share_ends(NOW, 7)
    assert until == NOW + timedelta(days=7)

    assert share_live(None, until, until - timedelta(seconds=1))
    assert not share_live(None, until, until)


def test_a_link_without_an_end_lasts_until_it_is_switched_off() -> None:
    assert share_ends(NOW, 0) is None
    assert share_live(None, None, NOW + timedelta(days=9999))
    assert not share_live(NOW, None, NOW)


def test_a_grants_last_day_counts() -> None:
    last = date(2026, 12, 20)
    assert grant_live(None, last, last)
    assert not grant_live(None, last, last + timedelta(days=1))
    assert not grant_live(NOW, None, date(2026, 11, 21))


@pytest.mark.parametrize(
    ("later", "worth"),
    [
        (0, Shown.LIVE),
        (29, Shown.LIVE),
        (89, Shown.LIVE),
        (90, Shown.STALE),
        (3600, Shown.STALE),
        (86_400 * 365, Shown.STALE),
        (-31, Shown.LIVE),
        (-3600, Shown.STALE),
    ],
)
def test_a_code_is_live_in_its_minute_and_the_next(later: int, worth: Shown) -> None:
    code = shown_code(SECRET, TOKEN, NOW)

    assert judge_code(SECRET, TOKEN, code, NOW + timedelta(seconds=later)) is worth


def test_no_code_says_nothing_of_the_moment() -> None:
    assert judge_code(SECRET, TOKEN, "", NOW) is Shown.ABSENT


@pytest.mark.parametrize("junk", ["x", "-", "1-2", "０-" + "0" * 24, "1" * 5000])
def test_what_this_house_never_made_is_forged(junk: str) -> None:
    assert judge_code(SECRET, TOKEN, junk, NOW) is Shown.FORGED


@given(INSTANTS, st.integers(0, 30), st.sampled_from("0123456789abcdef-"))
def test_one_changed_sign_is_never_live(at: datetime, place: int, sign: str) -> None:
    code = shown_code(SECRET, TOKEN, at)
    place %= len(code)
    changed = code[:place] + sign + code[place + 1 :]

    worth = judge_code(SECRET, TOKEN, changed, at)

    assert worth is (Shown.LIVE if changed == code else Shown.FORGED)


def test_a_code_is_of_one_certificate_and_one_house() -> None:
    code = shown_code(SECRET, TOKEN, NOW)

    assert judge_code(SECRET, TOKEN[::-1], code, NOW) is Shown.FORGED
    assert judge_code(b"another house", TOKEN, code, NOW) is Shown.FORGED


def test_a_ticket_is_of_one_link_and_half_an_hour() -> None:
    given_out = ticket(SECRET, "one", NOW)

    assert ticket_good(SECRET, "one", given_out, NOW + timedelta(minutes=30))
    assert not ticket_good(SECRET, "one", given_out, NOW + timedelta(minutes=31))
    assert not ticket_good(SECRET, "other", given_out, NOW)
    assert not ticket_good(SECRET, "one", "", NOW)


def test_a_code_of_the_moment_is_no_ticket() -> None:
    code = shown_code(SECRET, "one", NOW)
    assert not ticket_good(SECRET, "one", code, NOW)
