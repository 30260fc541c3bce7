"""Whatever is sent to the open question is answered or refused, never broken."""

import json
from random import Random

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.web.api import answers
from tests.conftest import Browser
from tests.spread import PAGES
from tests.web.api.test_assessments import renewal

pytestmark = pytest.mark.sqlite_alone(PAGES)

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["60", "2026-11-01", "9999-12-31", "2025-05-01T10:00:00Z"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
PLACES = st.sampled_from([*renewal(), "credits", "substitutions", "bars", "x"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=PLACES, value=ANYTHING)
def test_whatever_is_sent_is_answered_or_refused(
    app: Flask, place: str, value: object
) -> None:
    with force_locale("zh"):
        status, answer = answers.answer_one(renewal(**{place: value}))

    assert status in {200, 422}
    assert ("eligible" in answer) == (status == 200)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b'"x"',
        b"1e999",
        b'{"a":NaN}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"\\ud800":1}',
        b'{"province":"\\ud800"}',
        b'{"person":{"\\ud83d":[]}}',
        b'[{"\\ud800":1},null,[]]',
    ],
    ids=lambda body: repr(body[:20]),
)
def test_a_body_that_is_hardly_json_is_told_what_is_wrong(
    browser: Browser, body: bytes
) -> None:
    answer = browser.client.post(
        "/api/v1/assessments", data=body, content_type="application/json"
    )

    assert answer.status_code in {200, 400, 422}
    told = answer.get_json(force=True)
    first = told[0] if isinstance(told, list) else told
    assert first["code"] in {"json.malformed", "request.invalid"}
    assert first["detail"]


_JUNK: tuple[object, ...] = (
    None, True, -1, 10**30, 1e308, "", "\ud800", "2026-02-30", "٣", [], {},
    "2199-12-31T23:59:59-12:00", "x" * 999,
)  # fmt: skip


def _spoilt(dice: Random, value: object) -> object:
    """Change one thing somewhere in a good question."""
    if isinstance(value, dict) and value and dice.random() < 0.8:
        key = dice.choice(list(value))
        return {**value, key: _spoilt(dice, value[key])}
    if isinstance(value, list) and value and dice.random() < 0.8:
        return [*value[1:], _spoilt(dice, value[0])]
    return dice.choice(_JUNK)


def test_five_hundred_spoilt_questions_each_get_an_answer_or_its_flaws(
    browser: Browser,
) -> None:
    dice = Random(88)
    for _ in range(500):
        asked = _spoilt(dice, _spoilt(dice, renewal()))
        answer = browser.client.post(
            "/api/v1/assessments",
            data=json.dumps(asked),
            content_type="application/json",
        )
        told = answer.get_json(force=True)

        assert answer.status_code in {200, 422}
        if answer.status_code != 200:
            assert all(each["message"] and "path" in each for each in told["errors"])
