"""What counts as an identifier, a good password, a live code, a live session."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts import rules
from lms.accounts.rules import CodeFacts, CodeVerdict, SessionState

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
COMMON = frozenset({"password", "passwordpassword1", "qwertyuiop123456"})


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("13800000001", "13800000001"),
        (" 138 0000 0001 ", "13800000001"),
        ("138-0000-0001", "13800000001"),
        ("+86 13800000001", "13800000001"),
        ("008613800000001", "13800000001"),
        ("8613800000001", "13800000001"),
        ("１３８００００００１", None),
        ("１３８０００００００１", "13800000001"),
        ("Wang.San@Demo.Example", "wang.san@demo.example"),
        ("ｗａｎｇ＠demo.example", "wang@demo.example"),
        ("12800000001", None),
        ("1380000000", None),
        ("138000000012", None),
        ("wang@", None),
        ("wang@demo", None),
        ("@demo.example", None),
        ("wang@demo..example", None),
        ("wang san@demo.example", None),
        ("wang@demo.example\r\nBcc: x@y.example", None),
        ("a" * 250 + "@demo.example", None),
        ("", None),
    ],
)
def test_an_identifier_is_read_as_people_write_it(typed: str, read: str | None) -> None:
    found = rules.identifier(typed)

    assert (found.value if found else None) == read


@given(st.text(max_size=60))
def test_any_text_is_an_identifier_or_nothing(typed: str) -> None:
    found = rules.identifier(typed)

    assert found is None or rules.identifier(found.value) == found


@pytest.mark.parametrize(
    ("password", "second_factor", "faults"),
    [
        pytest.param("xueshi-demo-2026", False, [], id="the demonstration's own"),
        pytest.param(
            "四个词连起来就是很好记的一句话", False, [], id="a sentence in Chinese"
        ),
        pytest.param(
            "short-but-fine", False, ["password.short"], id="14 are too few alone"
        ),
        pytest.param("short-but-fine!", False, [], id="15 are enough alone"),
        pytest.param("tr0ub4dr", True, [], id="8 are enough beside a factor"),
        pytest.param("tr0ub4d", True, ["password.short"], id="7 never are"),
        pytest.param(
            "n0t-" * 65,
            False,
            ["password.long", "password.common"],
            id="260 are too many",
        ),
        pytest.param("PasswordPassword1", False, ["password.common"], id="in the list"),
        pytest.param(
            "passwordpassword", False, ["password.common"], id="one word twice"
        ),
        pytest.param("1234123412341234", False, ["password.common"], id="four digits"),
        pytest.param("aaaaaaaaaaaaaaaa", False, ["password.common"], id="one letter"),
        pytest.param(
            "13900001111-13900001111",
            False,
            ["password.guessable"],
            id="own number twice",
        ),
        pytest.param(
            "wang-13900001111", False, ["password.guessable"], id="own number"
        ),
        pytest.param(
            "xueshi-jianzaoshi-1", False, ["password.guessable"], id="our words"
        ),
    ],
)
def test_a_password_is_judged_by_length_and_lists(
    password: str, second_factor: bool, faults: list[str]
) -> None:
    found = rules.password_faults(
        password,
        second_factor=second_factor,
        own_words=("王师傅", "13900001111", "wang"),
        common=COMMON,
    )

    assert list(found) == faults


def test_five_failures_are_free_and_the_wait_grows_to_a_quarter_of_an_hour() -> None:
    waits = [rules.wait_after(n) for n in range(100)]

    assert waits[:5] == [timedelta(0)] * 5
    assert waits[5:8] == [timedelta(seconds=s) for s in (2, 4, 8)]
    assert waits[99] == timedelta(minutes=15)
    assert rules.wait_after(100) is None


@pytest.mark.parametrize(
    ("facts", "matches", "verdict"),
    [
        pytest.param(None, True, CodeVerdict.WRONG, id="none was sent"),
        pytest.param(
            CodeFacts(True, 0, NOW, False), True, CodeVerdict.RIGHT, id="right"
        ),
        pytest.param(
            CodeFacts(True, 0, NOW, False), False, CodeVerdict.WRONG, id="wrong"
        ),
        pytest.param(
            CodeFacts(True, 4, NOW, False), True, CodeVerdict.RIGHT, id="5th try"
        ),
        pytest.param(
            CodeFacts(True, 5, NOW, False), True, CodeVerdict.SPENT, id="6th try"
        ),
        pytest.param(
            CodeFacts(True, 0, NOW, True), True, CodeVerdict.EXPIRED, id="used"
        ),
        pytest.param(
            CodeFacts(False, 0, NOW, False), True, CodeVerdict.WRONG, id="no one's"
        ),
        pytest.param(
            CodeFacts(True, 0, NOW - timedelta(minutes=10), False),
            True,
            CodeVerdict.EXPIRED,
            id="ten minutes old",
        ),
        pytest.param(
            CodeFacts(True, 0, NOW - timedelta(seconds=599), False),
            True,
            CodeVerdict.RIGHT,
            id="one second before",
        ),
    ],
)
def test_a_code_counts_once_and_for_ten_minutes(
    facts: CodeFacts | None, matches: bool, verdict: CodeVerdict
) -> None:
    assert rules.judge_code(facts, matches=matches, now=NOW) is verdict


@pytest.mark.parametrize(
    ("seconds_ago", "may"),
    [
        ([], True),
        ([59], False),
        ([60], True),
        ([60, 600, 900, 1200], True),
        ([60, 600, 900, 1200, 1500], False),
        ([60, 600, 900, 1200, 3600], True),
    ],
)
def test_codes_are_not_sent_in_a_flood(seconds_ago: list[int], may: bool) -> None:
    sent = [NOW - timedelta(seconds=s) for s in seconds_ago]

    assert rules.may_send_code(sent, NOW) is may


@pytest.mark.parametrize(
    ("state", "staff", "opened", "seen", "alive"),
    [
        ("full", False, 23, 1, True),
        ("full", False, 23, 2, False),
        ("full", False, 24, 0, False),
        ("full", True, 11, 0.49, True),
        ("full", True, 11, 0.5, False),
        ("full", True, 12, 0, False),
        ("half", True, 0.2, 0.2, True),
        ("half", True, 0.25, 0, False),
    ],
)
def test_a_session_ends_by_silence_and_by_age(
    state: str, staff: bool, opened: float, seen: float, alive: bool
) -> None:
    assert alive is rules.session_alive(
        SessionState(state),
        staff=staff,
        opened_at=NOW - timedelta(hours=opened),
        seen_at=NOW - timedelta(hours=seen),
        now=NOW,
    )


def test_what_is_kept_of_a_browser_is_little() -> None:
    wechat = (
        "Mozilla/5.0 (Linux; Android 14; V2304A) AppleWebKit/537.36 Chrome/116 "
        "Mobile Safari/537.36 MicroMessenger/8.0.49"
    )

    assert rules.browser_of(wechat) == "微信 · Android"
    assert rules.browser_of(None) == ""
    assert rules.network_of("nonsense") == ""
