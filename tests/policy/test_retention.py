"""How long records are kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.policy.retention import (
    RULES,
    Record,
    RetentionRule,
    Span,
    rule_for,
)

DAYS = st.dates(date(2026, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("record", "made", "last"),
    [
        (Record.EVIDENCE_BODY, date(2026, 11, 21), date(2032, 11, 21)),
        (Record.EVIDENCE_BODY, date(2028, 2, 29), date(2034, 3, 1)),
        (Record.ORDER, date(2026, 11, 21), date(2029, 11, 21)),
        (Record.INVOICE, date(2026, 11, 21), date(2031, 11, 21)),
        (Record.LOG, date(2026, 8, 31), date(2027, 3, 3)),
    ],
)
def test_the_last_day(record: Record, made: date, last: date) -> None:
    assert rule_for(record, made).last_day(made) == last


def test_every_kind_has_a_rule_and_a_clause() -> None:
    for record in Record:
        assert rule_for(record, date(2026, 11, 21)).clause
    with pytest.raises(LookupError):
        rule_for("nothing", date(2026, 11, 21))  # type: ignore[arg-type]  # no such record is the test


def test_half_a_year_of_logs_is_never_shorter_than_six_months() -> None:
    rule = rule_for(Record.LOG, date(2026, 9, 1))

    assert rule.last_day(date(2026, 3, 31)) >= date(2026, 9, 30)
    assert rule.last_day(date(2026, 9, 1)) >= date(2027, 3, 1)


def test_nobody_can_write_a_rule_below_the_law() -> None:
    with pytest.raises(ValueError, match="below what the law allows"):
        RetentionRule(Record.ORDER, date(2026, 1, 1), Span(years=2), Span(years=3), "x")


@given(st.sampled_from(RULES), DAYS)
def test_what_goes_today_had_its_last_day_before(
    rule: RetentionRule, today: date
) -> None:
    first_kept = rule.made_before(today)

    assert rule.last_day(first_kept - timedelta(days=1)) < today
    assert rule.last_day(first_kept) >= today
