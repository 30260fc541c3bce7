"""The rules of classes, read aloud."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.classes import rules
from lms.classes.rules import Fresh, Missed, Mode, Room, SessionState, Terms

NINE = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
NOON = NINE + timedelta(hours=3)
SPAN = (NINE, NOON)
SECRET = b"k" * 32
SESSION = "ab" * 16
HOUR = 3600


@pytest.mark.parametrize(
    ("room", "said"),
    [
        pytest.param({}, None, id="open, with a place"),
        pytest.param({"taken": 10}, "class.full", id="full"),
        pytest.param(
            {"opens_at": NINE - timedelta(hours=1)}, "class.not_open", id="too early"
        ),
        pytest.param(
            {"closes_at": NINE - timedelta(days=3)}, "class.closed", id="too late"
        ),
        pytest.param({"state": SessionState.CANCELLED}, "class.cancelled", id="off"),
        pytest.param({"state": SessionState.HELD}, "class.over", id="over"),
    ],
)
def test_signing_up_says_why_not(room: dict[str, object], said: str | None) -> None:
    usual: dict[str, object] = {
        "state": SessionState.PLANNED,
        "starts_at": NINE,
        "opens_at": NINE - timedelta(days=9),
        "closes_at": NINE,
        "places": 10,
        "taken": 3,
    }
    asked = Room(**(usual | room))  # type: ignore[arg-type]  # parts of one by name
    assert rules.signup_objection(asked, NINE - timedelta(days=2)) == said


@pytest.mark.parametrize(
    ("came", "went", "elsewhere", "seconds"),
    [
        pytest.param(-30, 210, 0, 3 * HOUR, id="before and after count for nothing"),
        pytest.param(10, 180, 0, 170 * 60, id="late"),
        pytest.param(0, 100, 0, 100 * 60, id="left early"),
        pytest.param(0, 180, 600, 170 * 60, id="a screen earned meanwhile"),
        pytest.param(0, 1, 600, 0, id="never below nothing"),
    ],
)
def test_presence_is_what_the_clock_says(
    came: int, went: int, elsewhere: int, seconds: int
) -> None:
    at = (NINE + timedelta(minutes=came), NINE + timedelta(minutes=went))
    assert rules.present_seconds(SPAN, *at, elsewhere) == seconds


def test_a_share_of_the_session_is_asked_and_never_less_than_the_lesson() -> None:
    assert rules.enough(9720, SPAN, 90, 2 * HOUR)
    assert not rules.enough(9719, SPAN, 90, 2 * HOUR)
    assert not rules.enough(9720, SPAN, 90, 3 * HOUR)
    assert rules.enough(3 * HOUR, SPAN, 90, 3 * HOUR)
    assert rules.slack_seconds(SPAN, 90, 2 * HOUR) == 1080
    assert rules.slack_seconds(SPAN, 90, 3 * HOUR) == 0


@given(
    came=st.integers(-9000, 20000),
    stayed=st.integers(0, 30000),
    elsewhere=st.integers(0, 9000),
)
def test_nobody_is_there_for_longer_than_they_were(
    came: int, stayed: int, elsewhere: int
) -> None:
    first = NINE + timedelta(seconds=came)
    last = first + timedelta(seconds=stayed)
    present = rules.present_seconds(SPAN, first, last, elsewhere)
    assert 0 <= present <= min(3 * HOUR, max(0, stayed - elsewhere))


def test_making_up_is_counted_in_times_and_days() -> None:
    terms = Terms(makeup_times=2, makeup_days=30)
    once, twice = (Missed(NINE),), (Missed(NINE), Missed(NINE + timedelta(days=9)))
    soon, late = NINE + timedelta(days=20), NINE + timedelta(days=31)
    assert rules.makeup_objection((), terms, late) is None
    assert rules.makeup_objection(once, terms, soon) is None
    assert rules.makeup_objection(once, terms, late) == "class.makeup_late"
    assert rules.makeup_objection(twice, terms, late) is None
    assert rules.makeup_objection((*twice, *once), terms, soon) == "class.makeup_used"


def test_leave_is_asked_for_in_time() -> None:
    assert rules.may_leave(NINE, Terms(leave_hours=24), NINE - timedelta(hours=24))
    assert not rules.may_leave(NINE, Terms(leave_hours=24), NINE - timedelta(hours=23))


def test_a_code_lives_for_its_seconds_and_those_after() -> None:
    code = rules.screen_code(SECRET, SESSION, Mode.IN, NINE)
    ages = {0: Fresh.LIVE, 39: Fresh.LIVE, 40: Fresh.STALE, -1: Fresh.STALE}
    for age, fresh in ages.items():
        told = rules.judge_screen(SECRET, code, NINE + timedelta(seconds=age))
        assert told.fresh is fresh, age
    told = rules.judge_screen(SECRET, code, NINE)
    assert (told.session, told.mode) == (SESSION, Mode.IN)


def test_no_code_can_be_made_from_another() -> None:
    code = rules.screen_code(SECRET, SESSION, Mode.IN, NINE)
    later = rules.screen_code(SECRET, SESSION, Mode.IN, NINE + timedelta(seconds=20))
    assert code != later
    altered = (
        code.replace(".in.", ".out."),
        code.replace("ab", "cd", 1),
        ".".join([*later.split(".")[:3], code.split(".")[3]]),
        code[:-1],
        "",
    )
    for one in altered:
        assert rules.judge_screen(SECRET, one, NINE).fresh is Fresh.FORGED, one
    assert rules.judge_screen(b"x" * 32, code, NINE).fresh is Fresh.FORGED


def test_a_ticket_is_of_one_device_and_ends() -> None:
    code = rules.screen_code(SECRET, SESSION, Mode.OUT, NINE)
    scanned = rules.judge_screen(SECRET, code, NINE)
    ticket = rules.ticket(SECRET, scanned, "mine", NINE)
    assert rules.judge_ticket(SECRET, ticket, "mine", NINE).fresh is Fresh.LIVE
    late = NINE + timedelta(seconds=rules.TICKET_SECONDS + 1)
    assert rules.judge_ticket(SECRET, ticket, "mine", late).fresh is Fresh.STALE
    assert rules.judge_ticket(SECRET, ticket, "friend", NINE).fresh is Fresh.FORGED
    assert rules.judge_ticket(SECRET, ticket, "", NINE).fresh is Fresh.FORGED
    assert rules.judge_ticket(SECRET, code, "mine", NINE).fresh is Fresh.FORGED
