"""Whatever is sent to the open question is answered or refused, never broken."""

from flask import Flask
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.web.api import answers
from tests.web.api.test_assessments import renewal

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
