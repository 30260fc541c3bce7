"""The company's pages: what it sees, of whom, until when; and what it may do."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lms.evidence import queries as evidence
from lms.kernel.db import db
from lms.kernel.work import Actor
from lms.people import queries, services
from tests.conftest import Browser
from tests.make import companies as make
from tests.make import people, pictures
from tests.make.people import Made
from tests.people.test_rosters import taken
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]


class World:
    """A proved company with one person, and a person of nobody's."""

    def __init__(self, begin: Begin, browser_of: Any) -> None:
        self.begin, self.browser_of = begin, browser_of
        with begin() as work:
            self.company = make.proved(work, name="包头某建筑公司")
            self.staff = people.person(work, name="张建国")
            self.link = make.bound(work, self.company, self.staff)
            self.free = people.person(work, name="王自由")

    def agent(self) -> Browser:
        browser: Browser = self.browser_of(self.company.agent.account_id)
        return browser

    def of(self, made: Made) -> Browser:
        browser: Browser = self.browser_of(made.account_id)
        return browser


@pytest.fixture
def world(begin: Begin, browser_of: Any) -> World:
    return World(begin, browser_of)


def text_of(browser: Browser, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200, url
    return str(answer.get_data(as_text=True))


def test_the_first_page_names_its_people_with_dates_and_hours(world: World) -> None:
    page = text_of(world.agent(), "/employer")

    assert "张建国" in page
    assert "2027-02-28" in page
    assert "学时不足" in page
    assert 'max="100"' in page
    assert "王自由" not in page


@pytest.mark.parametrize(
    "page", ["", "/people", "/people/{}", "/archive/{}", "/copies"]
)
def test_no_page_of_a_company_shows_an_id_number(world: World, page: str) -> None:
    shown = text_of(world.agent(), f"/employer{page.format(world.link)}")

    number = world.staff.id_number
    assert number not in shown
    assert number[-4:] not in re.sub(r"[0-9a-f-]{36}|\?v=[0-9a-f]+", "", shown)
    assert number[6:14] not in shown


def test_one_who_leaves_is_gone_from_every_page(world: World) -> None:
    agent, own = world.agent(), world.of(world.staff)
    before = text_of(agent, f"/employer/people/{world.link}")
    assert "张建国" in before

    left = {"left_on": "2026-11-20", "reason": "合同到期"}
    assert own.post("/me/unit/leave", left).status_code == 303

    assert agent.get(f"/employer/people/{world.link}").status_code == 404
    assert "张建国" not in text_of(agent, "/employer")
    assert "2026-11-20 离职" in text_of(agent, "/employer/people?tab=past")


def test_an_invitation_reaches_its_person_and_is_accepted_there(world: World) -> None:
    agent, guest = world.agent(), world.of(world.free)
    with world.begin() as work:
        place = make.address_of(work, world.free)

    agent.post("/employer/people", {"people": f"{place} 王自由"})

    waiting = text_of(agent, "/employer/people?tab=waiting")
    assert place not in waiting
    page = text_of(guest, "/me/unit")
    assert "包头某建筑公司" in page
    (link,) = re.findall(r"/me/unit/([0-9a-f-]{36})/accept", page)
    assert guest.post(f"/me/unit/{link}/accept").status_code == 303
    assert "王自由" in text_of(agent, "/employer")


def test_one_who_belongs_elsewhere_is_offered_no_acceptance(
    world: World, begin: Begin
) -> None:
    with begin() as work:
        other = make.proved(work, name="另一家建筑公司")
        link = make.invited(work, other, world.staff)
    own = world.of(world.staff)

    page = text_of(own, "/me/unit")

    assert "先办理离职才能接受" in page
    assert f"/me/unit/{link}/accept" not in page
    assert own.post(f"/me/unit/{link}/accept").status_code == 409


def test_a_new_company_is_told_to_prove_itself_and_sees_nobody(
    begin: Begin, browser_of: Any
) -> None:
    with begin() as work:
        made = people.account(work, name="新经办")
    browser: Browser = browser_of(made.account_id)
    facts = {"name": "某某监理公司", "uscc": make.uscc(), "kind": "supervision"}

    assert browser.post("/employer/open", facts).status_code == 303

    page = text_of(browser, "/employer/company")
    assert "未认证" in page
    assert "营业执照" in page
    assert "尚未接入原系统的身份锁" in page
    assert "还差一步" in text_of(browser, "/employer")
    for shut in ("/employer/archive", "/employer/copies", "/employer/applications"):
        assert browser.get(shut).status_code == 403


def test_a_wrong_code_is_said_at_its_field(begin: Begin, browser_of: Any) -> None:
    with begin() as work:
        made = people.account(work, name="新经办")
    browser: Browser = browser_of(made.account_id)
    facts = {"name": "某某监理公司", "uscc": "91150203MA0N00000A", "kind": "design"}

    answer = browser.post("/employer/open", facts)

    assert answer.status_code == 422
    assert "统一社会信用代码" in answer.get_data(as_text=True)


def test_a_learner_without_a_company_has_no_desk(world: World) -> None:
    assert world.of(world.free).get("/employer").status_code == 403


def test_a_paper_is_kept_opened_and_handed_over_as_one_package(world: World) -> None:
    agent, place = world.agent(), f"/employer/archive/{world.link}"
    sent = {
        "kind": "pension",
        "title": "8 月养老保险",
        "upload": (io.BytesIO(pictures.inch_jpeg()), "p.jpg"),
    }
    assert agent.post(place, sent).status_code == 303

    page = text_of(agent, place)
    (kept,) = set(re.findall(rf"{place}/([0-9a-f-]{{36}})\"", page))
    opened = agent.get(f"{place}/{kept}")
    assert opened.content_type == "image/jpeg"
    assert opened.headers["Cache-Control"] == "no-store"
    package = agent.post(f"{place}/pack", {"period": "2024-03-01_2027-02-28"})
    names = zipfile.ZipFile(io.BytesIO(package.get_data())).namelist()
    package.close()
    assert {"00-说明.txt", "01-清单.csv", "SHA256SUMS"} < set(names)
    # The person keeps their own; this one is not theirs.
    assert world.of(world.staff).get(f"/me/archive/{kept}").status_code == 404
    db.session.remove()
    stream = f"employer:{world.company.id}"
    assert evidence.verify(db.session(), stream).intact


def test_what_is_no_paper_is_refused_by_its_content(world: World) -> None:
    sent = {
        "kind": "pension",
        "title": "假的",
        "upload": (io.BytesIO(b"MZ not a picture at all"), "p.jpg"),
    }

    answer = world.agent().post(f"/employer/archive/{world.link}", sent)

    assert answer.status_code == 422
    with world.begin() as work:
        shelf = queries.Shelf(
            queries.link_of(work.session, world.company.id, world.link).asked_by,
            world.staff.person_id,
            world.company.id,
            world.link,
        )
        assert queries.archive(work.session, shelf) == ()


def test_the_person_keeps_their_own_papers(world: World) -> None:
    own = world.of(world.staff)
    sent = {
        "kind": "duty",
        "title": "项目甲任命",
        "upload": (io.BytesIO(pictures.inch_jpeg()), "p.jpg"),
    }

    assert own.post("/me/archive", sent).status_code == 303

    assert "项目甲任命" in text_of(own, "/me/archive")
    assert "项目甲任命" not in text_of(world.agent(), f"/employer/archive/{world.link}")


def test_an_agent_enters_at_the_companys_desk(world: World, browser: Browser) -> None:
    with world.begin() as work:
        place = make.address_of(work, world.company.agent)

    answer = browser.post(
        "/account/sign-in", {"known_as": place, "password": people.PASSWORD}
    )

    assert answer.headers["Location"] == "/employer"


def test_no_copy_of_what_is_not_there_and_the_page_says_what_to_do(
    world: World,
) -> None:
    sent = {"link": str(world.link), "purpose": "某工程投标", "days": "30"}
    answer = world.agent().post("/employer/copies", sent)

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "还没有电子注册证书，不能开具使用件" in page
    assert "纸质证书换领" in page
    assert "某工程投标" in page


@pytest.mark.parametrize(
    ("same", "words"),
    [(True, "与本人填写的一致"), (False, "身份证号码不一致")],
)
def test_the_page_of_one_says_whether_the_lists_number_is_the_persons_own(
    world: World, *, same: bool, words: str
) -> None:
    with world.begin() as work:
        listed = world.free.id_number if same else people.id_number()
        place = make.address_of(work, world.free)
        taken(work, world.company, [("王自由", "", place, listed, "")])
        ((link, _firm),) = queries.links_to(work.session, world.free.person_id)
        own = replace(work, actor=Actor(world.free.account_id, world.free.person_id))
        services.accept(own, world.free.person_id, link.id)

    page = text_of(world.agent(), f"/employer/people/{link.id}")

    assert words in page
    assert listed not in page
    assert "导入名单里" not in text_of(world.agent(), f"/employer/people/{world.link}")
