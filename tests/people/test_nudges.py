"""Reminders of a company: seldom, by fixed words, and not against one's will."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.kernel.db import db
from lms.kernel.work import Actor, Work
from lms.notify.models import OutboxMessage
from lms.people import queries, services
from lms.people.models import Nudge
from lms.people.rules.roster import NudgeKind
from lms.people.services import NudgeWish, nudging
from tests.conftest import HandClock
from tests.make import companies as make
from tests.make import people
from tests.make.companies import Company
from tests.make.people import Made
from tests.people.test_rosters import TWO, owed, taken
from tests.races import race

Begin = Callable[..., Any]


@pytest.fixture
def bound(begin: Begin) -> tuple[Company, Made, UUID]:
    with begin() as work:
        company, made = make.proved(work), people.person(work)
        link = make.bound(work, company, made)
    return company, made, link


def nudged(work: Work, company: Company, link: UUID) -> services.Nudged:
    wish = NudgeWish(NudgeKind.HOURS, until={link: "2027-02-28"})
    return services.nudge(company.acting(work), company.id, [link], wish)


def test_a_nudge_goes_once_in_three_days(
    begin: Begin, clock: HandClock, bound: tuple[Company, Made, UUID]
) -> None:
    company, _made, link = bound
    told = []
    for days in (0, 2.99, 0.02):
        clock.pass_days(days)
        with begin() as work:
            told.append(nudged(work, company, link))

    assert [one.told for one in told] == [1, 0, 1]
    assert told[1].passed == (("张建国", "nudge.too_soon"),)
    with begin() as work:
        words = work.session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == "employer_nudge")
        ).all()
        assert len(words) == 2
        assert words[0].facts["until"] == "2027-02-28"


def test_who_asked_for_silence_is_left_alone_until_the_word_is_taken_back(
    begin: Begin, bound: tuple[Company, Made, UUID]
) -> None:
    company, made, link = bound
    with begin(Actor(made.account_id, made.person_id)) as work:
        services.set_quiet(work, made.person_id, quiet=True)
        services.set_quiet(work, made.person_id, quiet=True)
        bond = queries.employer_of(work.session, made.person_id)
        assert bond is not None
        assert bond.quiet
    with begin() as work:
        assert nudged(work, company, link).passed == (("张建国", "nudge.quiet"),)
    with begin(Actor(made.account_id, made.person_id)) as work:
        services.set_quiet(work, made.person_id, quiet=False)
    with begin() as work:
        assert nudged(work, company, link).told == 1


def test_another_companys_people_are_not_there(
    begin: Begin, bound: tuple[Company, Made, UUID]
) -> None:
    _company, _made, link = bound
    with begin() as work:
        assert nudged(work, make.proved(work), link) == services.Nudged(0, ())


def test_who_has_left_is_not_reminded(
    begin: Begin, clock: HandClock, bound: tuple[Company, Made, UUID]
) -> None:
    company, made, link = bound
    with begin(Actor(made.account_id, made.person_id)) as work:
        day = clock().date() - timedelta(days=1)
        services.leave(work, made.person_id, day, "合同到期")
    with begin() as work:
        assert nudged(work, company, link).told == 0


def test_an_invitation_is_told_again_where_it_went(work: Work) -> None:
    company = make.proved(work)
    taken(work, company, TWO[:1])
    (link,) = queries.links_of(work.session, company.id)

    wish = NudgeWish(NudgeKind.INVITATION, site="x.test")
    told = services.nudge(company.acting(work), company.id, [link.id], wish)

    assert told.told == 1
    assert owed(work) == [("link_invited_new", "sms")] * 2


def all_at_once(app: Flask, company: Company, link: UUID, times: int) -> list[object]:
    actor = Actor(company.agent.account_id, company.agent.person_id)
    return race(app, [lambda work: nudged(work, company, link).told] * times, actor)


def test_twelve_clicks_at_once_remind_once(
    app: Flask, bound: tuple[Company, Made, UUID]
) -> None:
    company, _made, link = bound
    db.session.remove()

    got = all_at_once(app, company, link, 12)

    assert sorted(got, key=str) == [0] * 11 + [1]
    assert db.session.scalar(select(func.count()).select_from(Nudge)) == 1


def test_without_the_rule_every_click_would_try(
    app: Flask, bound: tuple[Company, Made, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: only the unique key of the day is left, and it shows."""
    monkeypatch.setattr(nudging, "nudge_objection", lambda *_known: "")
    company, _made, link = bound
    db.session.remove()

    got = all_at_once(app, company, link, 6)

    assert sum(isinstance(one, Exception) for one in got) == 5
