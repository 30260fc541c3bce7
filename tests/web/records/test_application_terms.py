"""What a renewal brings is said before it is filed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from lms.policy.facts import AssessmentRequest, SpecialtyFacts
from lms.policy.model import Application, Province, Specialty
from lms.web import judgement
from lms.web.records.application_terms import new_terms
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

TODAY = date(2026, 11, 21)
ASKED = AssessmentRequest(
    province=Province.INNER_MONGOLIA,
    application=Application.RENEWAL,
    applied_on=TODAY,
    born_on=date(1985, 6, 15),
    specialties=(
        SpecialtyFacts(
            Specialty.BUILDING,
            main=True,
            valid_from=date(2024, 3, 1),
            valid_until=date(2027, 2, 28),
        ),
    ),
)


def judged(app: Flask, asked: AssessmentRequest) -> judgement.Judgement:
    with app.test_request_context():
        return judgement.judge(asked, today=TODAY)


def test_a_renewal_shows_the_old_end_the_new_and_the_days_that_are_lost(
    app: Flask,
) -> None:
    (one,) = new_terms(judged(app, ASKED), TODAY)

    assert (one.ends_on, one.since) == (date(2027, 2, 28), TODAY)
    assert one.until == date(2029, 11, 20)
    assert one.lost == 99  # as every page counts: today is not one of them
    assert one.gained == (date(2029, 11, 20) - date(2027, 2, 28)).days
    assert not one.cut


def test_a_term_that_age_cuts_short_says_so(app: Flask) -> None:
    old = replace(ASKED, born_on=date(1963, 1, 10))

    (one,) = new_terms(judged(app, old), TODAY)

    assert one.until == date(2028, 1, 10)
    assert one.cut


def test_what_is_no_renewal_shows_no_new_term(app: Flask) -> None:
    other = replace(ASKED, application=Application.CHANGE)

    assert new_terms(judged(app, other), TODAY) == ()
    assert new_terms(None, TODAY) == ()
