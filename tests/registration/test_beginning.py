"""What may be begun beside the registration that is held, or after one that ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from lms.kernel.db import db
from lms.kernel.errors import Refused
from lms.kernel.work import Actor, Work
from lms.people import queries as people_queries
from lms.people import services as people
from lms.people.rules import SpecialtyPeriod
from lms.policy.flow import Party, Path, StepName
from lms.policy.model import Application, Province, Specialty
from lms.registration.queries import applications, eligibility
from lms.registration.rules.states import Act, Status
from lms.registration.services import Doing, act
from tests.registration.walk import (
    OVER,
    PRESS,
    Cast,
    Way,
    as_,
    begin,
    cast,
    last,
    step,
    walk,
)

AGAIN = Application.RE_REGISTRATION
LONG_OVER = {"valid_from": date(2019, 1, 6), "valid_until": date(2022, 1, 5)}


@pytest.mark.parametrize("kind", [Application.INITIAL, AGAIN])
def test_nothing_begins_anew_while_a_registration_is_valid(
    work: Work, kind: Application
) -> None:
    who = cast(work, province=Province.SICHUAN)
    way = Way(Province.SICHUAN, kind, facts={"deregistered_on": "2026-01-05"})
    with pytest.raises(Refused, match=r"application\.registered"):
        begin(work, who, way)


def test_a_later_word_does_not_shorten_what_the_house_knows(work: Work) -> None:
    who = cast(work, province=Province.SICHUAN, **LONG_OVER)
    told = {"deregistered_on": "2026-11-01"}
    card = begin(work, who, Way(Province.SICHUAN, AGAIN, facts=told))
    card = step(work, who, card)
    assert card.step.name is StepName.EMPLOYER
    with pytest.raises(Refused) as refused:
        step(work, who, card)
    assert "hours.short" in refused.value.reasons


def _unregistered(work: Work) -> Cast:
    who = cast(work, province=Province.SICHUAN)
    people.write_granted(work, who.person.person_id, "", Province.SICHUAN, ())
    return who


def test_when_the_house_knows_nothing_the_day_must_be_said(work: Work) -> None:
    who = _unregistered(work)
    with pytest.raises(Refused, match=r"application\.deregistered_unknown"):
        begin(work, who, Way(Province.SICHUAN, AGAIN))
    told = {"deregistered_on": "2026-01-05"}
    assert begin(work, who, Way(Province.SICHUAN, AGAIN, facts=told)).closed_at is None


def test_a_cancelled_registration_ended_on_the_day_of_the_grant(work: Work) -> None:
    who = cast(work, province=Province.SICHUAN)
    walk(work, who, Way(Province.SICHUAN, Application.CANCELLATION))
    left = eligibility.deregistered_on(work.session, who.person.person_id)
    assert left == last(work, who.person.person_id).decided_on
    assert begin(work, who, Way(Province.SICHUAN, AGAIN)).closed_at is None


@pytest.mark.parametrize("path", [Path.FORCED, Path.ORDINARY])
def test_a_province_ends_no_registration_of_another(work: Work, path: Path) -> None:
    who = cast(work, province=Province.SICHUAN)
    way = Way(Province.GUIZHOU, Application.CANCELLATION, path, starter=Party.EMPLOYER)
    with pytest.raises(Refused, match=r"application\.other_province"):
        begin(work, who, way)


def test_who_moved_since_the_draft_is_refused_when_it_is_filed(work: Work) -> None:
    who = cast(work, province=Province.GUIZHOU)
    forced = Way(
        Province.GUIZHOU,
        Application.CANCELLATION,
        Path.FORCED,
        starter=Party.EMPLOYER,
    )
    card = begin(work, who, forced)
    held = SpecialtyPeriod(
        Specialty.BUILDING, date(2026, 1, 1), date(2028, 12, 31), is_main=True
    )
    people.write_granted(
        work, who.person.person_id, "川2512026", Province.SICHUAN, (held,)
    )
    with pytest.raises(Refused, match=r"application\.other_province"):
        step(work, who, card)


def test_who_ran_out_registers_again_in_another_province(work: Work) -> None:
    who = cast(work, province=Province.GUIZHOU, **OVER)
    assert begin(work, who, Way(Province.SICHUAN, AGAIN)).closed_at is None


def test_a_person_takes_back_what_the_company_began(work: Work) -> None:
    who = cast(work, province=Province.GUIZHOU)
    way = Way(Province.GUIZHOU, Application.RENEWAL, starter=Party.EMPLOYER)
    card = begin(work, who, way)
    gone = Doing(card.id, Act.WITHDRAW, Party.PERSON, None)
    ended = act(as_(work, who.person), gone, printer=PRESS)
    assert ended.status is Status.WITHDRAWN


def test_the_person_is_shown_how_to_take_back_what_the_company_began(
    begin: Callable[..., Any], browser_of: Any
) -> None:
    with begin() as work:
        who = cast(work, province=Province.GUIZHOU)
        card = _drafted(work, who)
    browser = browser_of(who.person.account_id)
    here = f"/me/applications/{card}"
    assert f"{here}/withdraw" in browser.get(here).text
    done = browser.post(f"{here}/withdraw", {"seen": "1", "sure": "y"})
    assert done.status_code == 303
    (gone,) = applications.all_of_person(db.session(), who.person.person_id)
    assert gone.status is Status.WITHDRAWN


def _drafted(work: Work, who: Cast) -> object:
    way = Way(Province.GUIZHOU, Application.RENEWAL, starter=Party.EMPLOYER)
    return begin(work, who, way).id


def test_a_company_begins_nothing_that_is_none_of_the_persons(
    begin: Callable[..., Any], browser_of: Any
) -> None:
    with begin() as work:
        who = cast(work, province=Province.GUIZHOU)
        agent = Actor(who.agent.account_id, who.agent.person_id)
    with begin(agent) as work:
        link = _link(work, who)
    again = "flow=guizhou/re_registration/ordinary/2023-08-01"
    page = browser_of(who.agent.account_id).post(
        f"/employer/people/{link}/apply?{again}", {"specialties": ["building"]}
    )
    assert page.status_code == 422
    assert "本人已经注册，不需要办理" in page.text


def _link(work: Work, who: Cast) -> object:
    (link, _company), *_more = people_queries.links_to(
        work.session, who.person.person_id
    )
    return link.id
