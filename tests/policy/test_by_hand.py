"""The law and a second hand that counts days answer alike, whatever is asked."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lms.policy.assessment import assess
from lms.policy.facts import AssessmentRequest
from lms.policy.library import rules_for
from lms.policy.model import Province
from lms.policy.validity import last_birthday
from tests.make import policy as make
from tests.make.policy import BUILDING, day
from tests.policy import by_hand
from tests.policy.test_properties import BIRTHS, requests


@st.composite
def edges(draw: st.DrawFn) -> AssessmentRequest:
    """Ask on a day where something ends or begins, or on the day beside it."""
    asked = draw(requests())
    days = [by_hand.years_on(asked.born_on, 65)]
    days += [by_hand.years_on(e.earned_on, n) for e in asked.credits for n in (0, 3)]
    days += [by_hand.years_on(e.decided_on, n) for e in asked.bars for n in (0, 1, 3)]
    for each in asked.specialties:
        assert each.valid_until
        assert each.qualified_on
        days += [each.valid_until, by_hand.years_on(each.qualified_on, 3)]
    for gone, years in ((asked.deregistered_on, 3), (asked.last_change_granted_on, 1)):
        days += [by_hand.years_on(gone, years)] if gone else []
    day = draw(st.sampled_from(days))
    back = draw(st.sampled_from([0, 0, 30, 90]))
    applied_on = day + timedelta(days=draw(st.integers(-1, 1)) - back)
    delay = draw(st.none() | st.sampled_from([0, 1, 30, 90]))
    granted_on = None if delay is None else applied_on + timedelta(days=delay)
    return replace(asked, applied_on=applied_on, granted_on=granted_on)


@settings(max_examples=400)
@given(requests() | edges() | edges())
@example(make.request(credits=make.study(BUILDING, 60, 59)))
def test_two_hands_answer_alike(asked: AssessmentRequest) -> None:
    found, other = assess(asked), by_hand.answer(asked)

    reasons = [(e.code, e.specialty or "", e.track or "") for e in found.reasons]
    assert sorted(reasons) == other.reasons
    assert sorted(str(e.specialty) for e in found.warnings) == other.overdue
    lines = [(str(e.specialty), str(e.track), e.needed, e.counted) for e in found.hours]
    assert lines == other.hours
    shown = found.window
    assert (
        None if shown is None else (shown.opens_on, shown.closes_on, str(shown.state))
    ) == other.window
    terms = found.validity
    assert (
        None
        if terms is None
        else [(str(e.specialty), e.valid_from, e.valid_until) for e in terms]
    ) == other.validity


@given(BIRTHS)
def test_the_birthday_is_good_and_the_day_after_is_not(born_on: date) -> None:
    for province in Province:
        birthday = last_birthday(rules_for(province, day("2026-01-01")), born_on)
        on = make.request(province=province, applied_on=birthday, born_on=born_on)
        late = birthday + timedelta(days=1)
        after = make.request(province=province, applied_on=late, born_on=born_on)

        assert "age.over_65" not in [e.code for e in assess(on).reasons]
        assert "age.over_65" in [e.code for e in assess(after).reasons]
        assert birthday.year == born_on.year + 65
        if (born_on.month, born_on.day) == (2, 29):
            leap = birthday.year % 4 == 0 and birthday.year != 2100
            assert (birthday.month, birthday.day) == (2, 29 if leap else 28)
