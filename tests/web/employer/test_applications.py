"""The company's word on an application: signed, sent back, filed first, scanned."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from lms.evidence import queries as evidence
from lms.kernel.db import db
from lms.kernel.ids import PersonId
from lms.kernel.work import Actor, Work
from lms.policy.flow import Party, Path, StepName
from lms.policy.flows import flow_for
from lms.policy.model import Application, Province, Specialty
from lms.registration.queries import applications
from lms.registration.rules.states import Act, Status
from lms.registration.services import Asked, Doing, act, commit_to, open_application
from tests.conftest import Browser
from tests.make import companies as make
from tests.make import people, registrations
from tests.make.people import Made
from tests.registration import walk

Begin = Callable[..., Any]


class World:
    """A company whose person has handed on an application to it."""

    def __init__(self, begin: Begin, browser_of: Any, province: Province) -> None:
        self.begin, self.browser_of = begin, browser_of
        with begin() as work:
            self.company = make.proved(work, name="包头某建筑公司")
            self.staff = people.person(work, name="张建国", province=province)
            self.link = make.bound(work, self.company, self.staff)

    def agent(self) -> Browser:
        browser: Browser = self.browser_of(self.company.agent.account_id)
        return browser

    def handed_on(self) -> UUID:
        """A cancellation that its person has signed and handed on."""
        with self.begin(Actor(self.staff.account_id, self.staff.person_id)) as work:
            return cancelled(work, self.staff, self.company)

    def card(self, one: UUID) -> applications.ApplicationCard:
        db.session.remove()
        return applications.application(db.session(), one)


def cancelled(work: Work, made: Made, company: make.Company) -> UUID:
    asked = Asked(
        person_id=PersonId(made.person_id),
        province=Province.INNER_MONGOLIA,
        application=Application.CANCELLATION,
        specialties=(Specialty.BUILDING,),
        employer_id=company.id,
    )
    one = open_application(work, asked, Party.PERSON)
    commit_to(work, one, Party.PERSON, made.name, None)
    doing = Doing(one, Act.PASS, Party.PERSON, None)
    act(work, doing, printer=registrations.PLAIN)
    return one


@pytest.fixture
def world(begin: Begin, browser_of: Any) -> World:
    return World(begin, browser_of, Province.INNER_MONGOLIA)


@pytest.fixture
def guizhou(begin: Begin, browser_of: Any) -> World:
    return World(begin, browser_of, Province.GUIZHOU)


def test_what_waits_for_the_company_is_on_its_list(world: World) -> None:
    one = world.handed_on()

    page = world.agent().get("/employer/applications").get_data(as_text=True)

    assert "张建国" in page
    assert str(one) in page


def test_the_company_signs_and_hands_on_in_one_step(world: World) -> None:
    one = world.handed_on()
    agent, place = world.agent(), f"/employer/applications/{one}"
    page = agent.get(place).get_data(as_text=True)
    (seen,) = set(re.findall(r'name="seen"[^>]*value="(\d+)"', page))

    answer = agent.post(
        f"{place}/confirm", {"agreed": "y", "signer": "李法人", "seen": seen}
    )

    assert answer.status_code == 303
    card = world.card(one)
    assert card.step.by is not Party.EMPLOYER
    signed = applications.commitments(db.session(), one)
    (mine,) = (each for each in signed if each.party is Party.EMPLOYER)
    assert mine.signer == "李法人"
    assert mine.words == card.flow.commitments[Party.EMPLOYER]
    assert {each.party for each in signed} == {Party.PERSON, Party.EMPLOYER}
    assert evidence.verify(db.session(), f"application:{one}").intact


@pytest.mark.parametrize("told", [{"signer": "李法人"}, {"agreed": "y", "signer": " "}])
def test_no_word_is_given_without_a_tick_and_a_name(
    world: World, told: dict[str, str]
) -> None:
    one = world.handed_on()
    seen = str(world.card(one).version)

    answer = world.agent().post(
        f"/employer/applications/{one}/confirm", {**told, "seen": seen}
    )

    assert answer.status_code == 422
    card = world.card(one)
    assert card.step.by is Party.EMPLOYER
    signed = applications.commitments(db.session(), one)
    assert Party.EMPLOYER not in {each.party for each in signed}


def test_two_clicks_confirm_once(world: World) -> None:
    one = world.handed_on()
    agent, place = world.agent(), f"/employer/applications/{one}/confirm"
    seen = str(world.card(one).version)
    told = {"agreed": "y", "signer": "李法人", "seen": seen}

    first, second = agent.post(place, told), agent.post(place, told)

    assert first.status_code == 303
    assert second.status_code in {409, 422}


def test_what_goes_back_says_why(world: World) -> None:
    one = world.handed_on()
    agent, place = world.agent(), f"/employer/applications/{one}/back"
    seen = str(world.card(one).version)

    assert agent.post(place, {"reason": "", "seen": seen}).status_code == 422
    told = {"reason": "专业填写有误", "seen": seen}
    assert agent.post(place, told).status_code == 303

    card = world.card(one)
    assert (card.step.name, card.status) == (StepName.FILL, Status.OPEN)
    events = applications.history(db.session(), one)
    assert events[-1].reason == "专业填写有误"


def test_another_companys_application_looks_like_none(
    world: World, begin: Begin, browser_of: Any
) -> None:
    one = world.handed_on()
    with begin() as work:
        other = make.proved(work)
    agent: Browser = browser_of(other.agent.account_id)

    for wanted in (one, make.nobody()):
        place = f"/employer/applications/{wanted}"
        assert agent.get(place).status_code == 404
        assert agent.post(f"{place}/back", {"reason": "不该"}).status_code == 404


def test_where_the_company_files_first_the_person_scans(guizhou: World) -> None:
    agent, place = guizhou.agent(), f"/employer/people/{guizhou.link}/apply"
    flow = flow_for(
        Province.GUIZHOU, Application.CANCELLATION, Path.ORDINARY, date(2026, 11, 21)
    )
    assert flow is not None
    assert flow.key in agent.get(place).get_data(as_text=True)

    begun = agent.post(f"{place}?flow={flow.key}", {"specialties": "building"})

    assert begun.status_code == 303
    one = UUID(begun.headers["Location"].rpartition("/")[2])
    assert guizhou.card(one).started_by is Party.EMPLOYER
    seen = str(guizhou.card(one).version)
    there = f"/employer/applications/{one}"
    assert agent.post(f"{there}/confirm", {"seen": seen}).status_code == 303
    assert "请本人扫码确认" in agent.get(there).get_data(as_text=True)
    assert "data:image" in agent.get(there).get_data(as_text=True)
    assert agent.post(f"{there}/withdraw").status_code == 303
    assert guizhou.card(one).status is Status.WITHDRAWN


def test_what_is_begun_against_a_company_shows_it_no_papers(guizhou: World) -> None:
    staff = guizhou.staff
    with guizhou.begin(Actor(staff.account_id, staff.person_id)) as work:
        asked = Asked(
            person_id=PersonId(staff.person_id),
            province=Province.GUIZHOU,
            application=Application.CANCELLATION,
            path=Path.FORCED,
            specialties=(Specialty.BUILDING,),
            employer_id=guizhou.company.id,
        )
        one = open_application(work, asked, Party.PERSON)
    agent, place = guizhou.agent(), f"/employer/applications/{one}"

    page = agent.get(place).get_data(as_text=True)

    assert guizhou.card(one).number in page
    assert "只能看到编号和进度" in page
    assert "申报材料" not in page
    assert "谁在什么时候做了什么" not in page
    assert agent.get(f"{place}/materials").status_code == 404


def test_a_company_that_filed_answers_the_desk_with_something_or_with_a_reason(
    begin: Begin, browser_of: Any
) -> None:
    with begin() as work:
        who = walk.studied(work, Province.GUIZHOU)
        way = walk.Way(Province.GUIZHOU, Application.RENEWAL, starter=Party.EMPLOYER)
        card = walk.begin(work, who, way)
        while card.step.name is not StepName.ACCEPT:
            card = walk.step(work, who, card)
        asking = Doing(card.id, Act.SUPPLEMENT, Party.TELLER, None, "请更正专业")
        card = act(walk.as_(work, who.teller), asking, printer=walk.PRESS)
    db.session.remove()
    agent: Browser = browser_of(who.agent.account_id)
    place, seen = f"/employer/applications/{card.id}", str(card.version)
    page = agent.get(place).text
    assert "请更正专业" in page
    assert "最后一日是 2026-11-27（含当日）" in page
    why = "申报信息与资格证书一致，没有可以更正的"

    empty = agent.post(f"{place}/answer", {"seen": seen, "reason": ""})
    bare = agent.post(f"{place}/answer", {"seen": seen, "reason": why})
    said = agent.post(
        f"{place}/answer", {"seen": seen, "reason": why, "unchanged": "y"}
    )

    assert (empty.status_code, bare.status_code, said.status_code) == (422, 422, 303)
    assert why in bare.text
    assert "材料、照片和签名都没有变化" in bare.text
    db.session.remove()
    found = applications.history(db.session(), card.id)[-1]
    assert (found.act, found.facts) == (Act.ANSWER, {"unchanged": True})


@pytest.mark.parametrize("seen", ["9" * 5000, "", "-1", "１", "1e3", "0x1"])
def test_no_version_of_a_form_breaks_the_house(world: World, seen: str) -> None:
    one = world.handed_on()
    sent = {"seen": seen, "agreed": "y", "signer": "王经办", "reason": "请改正"}
    for tail in ("confirm", "back"):
        where = f"/employer/applications/{one}/{tail}"
        assert world.agent().post(where, sent).status_code == 400
    own: Browser = world.browser_of(world.staff.account_id)
    told = sent | {"read": "y", "sure": "y"}
    for tail in ("pass", "withdraw", "commitment", "answer", "return"):
        answer = own.post(f"/me/applications/{one}/{tail}", told)
        assert answer.status_code == 400, tail
    assert world.card(one).closed_at is None
