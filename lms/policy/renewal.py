"""When a registration may be renewed."""

from datetime import date, timedelta

from lms.policy.facts import AssessmentRequest
from lms.policy.model import Application, RuleSet
from lms.policy.verdict import Window, WindowState


def window_for(rules: RuleSet, ends_on: date, on: date) -> Window:
    """Find the renewal window of a registration, and where a day lies in it.

    The days are calendar days; a last day on a weekend is not moved, for the
    application is made online.

    Source: 建设部令第153号 第十二条; 内建行函〔2022〕508号 一(一).
    """
    opens_on = (
        ends_on - timedelta(days=rules.opens_days_before)
        if rules.opens_days_before is not None
        else None
    )
    closes_on = ends_on - timedelta(days=rules.closes_days_before)
    return Window(
        opens_on, closes_on, _state(opens_on, closes_on, ends_on, on), ends_on
    )


def renewal_window(rules: RuleSet, request: AssessmentRequest) -> Window | None:
    """Find the window of the earliest-ending specialty; None for other applications."""
    ends = [each.valid_until for each in request.specialties if each.valid_until]
    if request.application is not Application.RENEWAL or not ends:
        return None
    return window_for(rules, min(ends), request.applied_on)


def _state(
    opens_on: date | None, closes_on: date, ends_on: date, on: date
) -> WindowState:
    if on > ends_on:
        return WindowState.EXPIRED
    if on > closes_on:
        return WindowState.LATE
    if opens_on is not None and on < opens_on:
        return WindowState.EARLY
    return WindowState.OPEN
