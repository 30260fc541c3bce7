"""A draft that only a comparison is wanting for goes on at once, where it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from lms.accounts.rules import Role
from lms.credentials.queries import registered
from lms.kernel.db import db
from lms.people import queries as people
from lms.policy.flow import Case, Party, Path
from lms.policy.model import Application, Province
from lms.registration.models import ApplicationRow
from lms.registration.queries import applications
from lms.registration.queries.applications import ApplicationCard
from lms.registration.rules.states import Act, Status
from lms.registration.services import offices as halls
from lms.signing import rules as owners
from tests.conftest import Browser, HandClock
from tests.make import people as make
from tests.make import signing
from tests.registration.walk import Cast, Way, cast
from tests.registration.walk import begin as start
from tests.spread import PAGES
from tests.web.office.test_office import seat

pytestmark = pytest.mark.sqlite_alone(PAGES)

HERE = Province.CHONGQING
EXCHANGE = Way(
    HERE,
    Application.LOST_REISSUE,
    Path.PAPER_EXCHANGE,
    frozenset({Case.PAPER_HELD}),
)
UNTIL = "2027-02-28"


class Scene:
    """Somebody with a paper certificate has begun to exchange it, in Chongqing."""

    def __init__(self, begin: Callable[..., Any], browser_of: Any) -> None:
        self.begin, self.browser_of = begin, browser_of
        with begin() as work:
            self.who: Cast = cast(work, province=HERE)
            self.one: UUID = start(work, self.who, EXCHANGE).id
            halls.open_directory(work)
            signing.ring(work, owners.office(HERE))
            for made in (self.who.teller, self.who.second):
                seat(work, made.account_id, Role.TELLER, "CQ-ZW")
            person_id = self.who.person.person_id
            self.number = people.registration(work.session, person_id).number
        db.session.remove()

    @property
    def teller(self) -> Browser:
        made: Browser = self.browser_of(self.who.teller.account_id)
        return made

    @property
    def own(self) -> Browser:
        made: Browser = self.browser_of(self.who.person.account_id)
        return made

    def card(self) -> ApplicationCard:
        db.session.rollback()
        return applications.application(db.session(), self.one)

    def read(self, **over: str) -> dict[str, str]:
        said = {"seen": str(self.card().version), "source": "paper", "days": "y"}
        return said | {"number": self.number, "until_building": UNTIL} | over

    def compare(self, browser: Browser, **over: str) -> Any:
        where = f"/office/counter/applications/{self.one}/registration"
        return browser.post(where, self.read(**over))

    def shown(self, browser: Browser) -> str:
        """Show the ID card at the counter."""
        told = {"number": self.who.person.id_number, "checked": "y"}
        return str(browser.post("/office/counter/person", told).text)

    def hand_on(self) -> Any:
        sent = {"seen": str(self.card().version), "read": "y"}
        return self.own.post(f"/me/applications/{self.one}/pass", sent)


@pytest.fixture
def scene(begin: Callable[..., Any], browser_of: Any) -> Scene:
    return Scene(begin, browser_of)


def ready(scene: Scene) -> None:
    """Do all but the comparison that the exchange asks for."""
    with scene.begin() as work:
        row = work.session.get_one(ApplicationRow, scene.one)
        step = applications.application(work.session, scene.one).step
        row.met = sorted(step.needs)


def test_a_draft_goes_on_after_the_counter_compared_it_and_is_never_withdrawn(
    scene: Scene,
) -> None:
    ready(scene)
    refused = scene.hand_on()
    assert refused.status_code == 422
    assert "不用撤回这份申请" in refused.text

    teller = scene.teller
    page = scene.shown(teller)
    assert "核对后这份申请直接继续，不用撤回重来" in page
    assert scene.number not in page
    assert UNTIL not in page
    assert scene.compare(teller).status_code == 303
    assert scene.card().started_by is Party.PERSON

    assert scene.hand_on().status_code == 303
    assert scene.card().status is Status.GRANTED
    acts = [e.act for e in applications.history(db.session(), scene.one)]
    assert Act.WITHDRAW not in acts
    card = registered(db.session(), scene.who.person.person_id)
    assert card is not None
    assert card.facts.registration_no.endswith(scene.number[1:])


@pytest.mark.parametrize(
    "over",
    [
        {"number": "渝2502019202000999"},
        {"until_building": "2029-02-28"},
        {"until_building": ""},
        {"days": ""},
        {"source": ""},
        {"seen": "0"},
    ],
)
def test_what_the_source_says_otherwise_is_not_noted(
    scene: Scene, over: dict[str, str]
) -> None:
    teller = scene.teller
    scene.shown(teller)
    answer = scene.compare(teller, **over)
    assert answer.status_code == 422
    acts = [e.act for e in applications.history(db.session(), scene.one)]
    assert Act.PROVE not in acts


def test_nobody_is_compared_who_was_not_seen_today_by_that_very_teller(
    scene: Scene, clock: HandClock
) -> None:
    teller = scene.teller
    absent = scene.compare(teller)
    assert absent.status_code == 422
    assert "您今天还没有核对过这个人的身份证原件" in absent.text
    assert scene.who.person.name not in absent.text

    scene.shown(teller)
    colleague: Browser = scene.browser_of(scene.who.second.account_id)
    assert scene.compare(colleague).status_code == 422
    clock.pass_days(1)
    assert scene.compare(scene.teller).status_code == 422
    assert scene.card().version == 1


def test_another_provinces_counter_compares_nothing(scene: Scene) -> None:
    with scene.begin() as work:
        made = make.account(work, name="蜀受理")
        seat(work, made.account_id, Role.TELLER, "SC-ZX")
    other: Browser = scene.browser_of(made.account_id)
    page = scene.shown(other)
    assert "核对注册信息" not in page
    answer = scene.compare(other)
    assert answer.status_code == 422
    assert "这一步不由本窗口办理" in answer.text


def test_no_counter_begins_for_a_company_of_another_area(
    begin: Callable[..., Any], browser_of: Any
) -> None:
    """Jinan's counter serves Jinan: what it began for others, it could never open."""
    with begin() as work:
        who = cast(work, province=Province.SHANDONG)
        halls.open_directory(work)
        seat(work, who.teller.account_id, Role.TELLER, "SD-JN")
    db.session.remove()
    teller: Browser = browser_of(who.teller.account_id)
    shown = {"number": who.person.id_number, "checked": "y"}
    page = teller.post("/office/counter/person", shown).text
    flows = re.findall(r'<option value="(shandong/cancellation[^"]*)"', page)
    sent = {"person": str(who.person.person_id), "specialties": ["building"]}
    for flow in flows:
        answer = teller.post("/office/counter/open", sent | {"flow": flow})
        assert answer.status_code == 422
        assert "这一步不由本窗口办理" in answer.text
    assert flows
    assert applications.open_of_person(db.session(), who.person.person_id) is None
