"""Whom an announcement is for: learners, and those that it is narrowed to."""

from __future__ import annotations

from datetime import date

import pytest

from lms.announcements import queries, services
from lms.announcements.rules import Audience, Wanted
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.policy.model import Province, Specialty
from lms.registration.models import StandingRow
from lms.reports import audiences
from tests.make import accounts as account_make
from tests.make import people as make


def whom(work: Work, here: AssociationId | None, audience: Audience, among: str) -> int:
    made = services.draft(work, here, Wanted("标题", "正文", audience, among))
    card = queries.card(work.session, here, made)
    counted = audiences.count(work.session, card, date(2026, 11, 21))
    chunk = audiences.chunk(work.now)(work.session, card, None)
    assert len(chunk) == counted.people
    return counted.people


def test_an_audience_is_narrowed_by_what_people_are(work: Work) -> None:
    here = make.association(work)
    built = make.person(work)
    water = make.person(
        work, specialties=(Specialty.WATER,), valid_until=date(2029, 1, 1)
    )
    for one in (built, water):
        make.learner_of(work, one.person_id, here)
    stands = StandingRow(
        person_id=built.person_id, province=Province.INNER_MONGOLIA,
        eligible=False, ready=False,
        lapsed=False, hours_met=False, per_cent=10, specialties=[], codes=[],
        ends_on=date(2027, 2, 28), opens_on=None, closes_on=date(2027, 1, 28),
        rule_set="x", assessed_on=date(2026, 11, 21), assessed_at=work.now,
    )  # fmt: skip
    work.session.add(stands)
    work.session.flush()

    assert whom(work, here, Audience.ALL, "") == 2
    assert whom(work, here, Audience.SPECIALTY, "water") == 1
    assert whom(work, here, Audience.ENDING, "90") == 0
    assert whom(work, here, Audience.ENDING, "120") == 1
    assert whom(work, here, Audience.SHORT, "") == 1
    assert whom(work, here, Audience.COURSE, str(here)) == 0
    assert whom(work, here, Audience.COURSE, "nonsense") == 0
    assert whom(work, here, Audience.COMPANY, str(here)) == 0


def test_the_house_tells_all_who_are_no_staff(work: Work) -> None:
    make.account(work)
    account_make.staff(work, email="staff@demo.example")

    assert whom(work, None, Audience.ALL, "") == 1


def test_nothing_is_sent_to_nobody(work: Work) -> None:
    here = make.association(work)
    made = services.draft(work, here, Wanted("标题", "正文", Audience.ALL))

    with pytest.raises(Refused, match="nobody"):
        services.submit(work, here, made, 0)
