"""The shop window: what a visitor finds, and what never empties it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from lms.catalogue import services
from lms.catalogue.services import PackageFacts
from lms.commerce.rules.offers import DealKind
from lms.commerce.services import members
from lms.commerce.services.members import MemberFacts
from lms.kernel.clock import legal_day
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.money import Fen
from lms.learning import services as learning
from lms.policy.model import Specialty
from tests.conftest import Browser, HandClock
from tests.make import accounts as make_accounts
from tests.make import catalogue as make
from tests.make import offers as make_offers
from tests.make import people as make_people

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


@pytest.fixture
def here(begin: Begin) -> AssociationId:
    with begin() as work:
        return make.association(work)


def test_a_stranger_sees_price_teacher_and_hours(
    begin: Begin, here: AssociationId, browser: Browser
) -> None:
    with begin() as work:
        course_id, _version = make.course(work, here)

    window = browser.get("/courses").text
    assert "建筑工程质量控制要点" in window
    assert "张建国 · 2 学时" in window
    assert "¥120.00" in window

    page = browser.get(f"/courses/{course_id}").text
    assert "混凝土结构的质量通病" in page
    assert "建筑工程 必修" in page
    assert "登录后购买" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=质量", True),
        ("q=主控项目", True),
        ("q=隧道", False),
        ("specialty=building", True),
        ("specialty=water", False),
        ("specialty=common", False),
        ("track=required", True),
        ("track=elective", False),
        ("price=free", False),
        ("price=high", True),
        ("year=2026", True),
        ("year=2025", False),
    ],
)
def test_the_address_filters(
    begin: Begin, here: AssociationId, browser: Browser, asked: str, found: bool
) -> None:
    with begin() as work:
        make.course(work, here)

    assert ("建筑工程质量控制要点" in browser.get(f"/courses?{asked}").text) is found


@pytest.mark.parametrize(
    "junk",
    [
        "year=99999999999999999999",
        "page=99999999999999999999",
        "page=-5",
        "q=%25%5F%5C",
        "association=none",
        "price=cheap",
        "specialty=magic&track=fast",
    ],
)
def test_senseless_addresses_show_what_is_on_sale(
    begin: Begin, here: AssociationId, browser: Browser, junk: str
) -> None:
    with begin() as work:
        make.course(work, here)

    assert browser.get(f"/courses?{junk}").status_code == 200


@pytest.mark.parametrize(
    ("sort", "first"), [("cheap", "甲"), ("long", "乙"), ("new", "丙")]
)
def test_the_visitor_chooses_the_order(
    begin: Begin,
    here: AssociationId,
    browser: Browser,
    clock: HandClock,
    sort: str,
    first: str,
) -> None:
    told = (("甲", 1_000, 100), ("乙", 3_000, 500), ("丙", 2_000, 200))
    for title, price, credit in told:
        with begin() as work:
            make.course(work, here, title=title, price_fen=price, credit=credit)
        clock.pass_seconds(60)

    page = browser.get(f"/courses?sort={sort}").text
    assert re.findall(r'class="cover-link"[^>]*>(.)</a>', page)[0] == first


def test_a_new_publication_is_seen_at_once(
    begin: Begin, here: AssociationId, browser: Browser
) -> None:
    assert "没有找到符合条件的课程" in browser.get("/courses").text
    with begin() as work:
        _course, version_id = make.course(work, here)
    assert "建筑工程质量控制要点" in browser.get("/courses").text
    with begin() as work:
        services.withdraw(work, here, version_id)
    assert "建筑工程质量控制要点" not in browser.get("/courses").text


def test_a_package_waits_while_one_of_its_courses_is_off_sale(
    begin: Begin, here: AssociationId, browser: Browser
) -> None:
    with begin() as work:
        both = [make.course(work, here, title=title) for title in ("甲", "乙")]
        package_id = services.create_package(
            work,
            here,
            PackageFacts(
                "两门合买", Specialty.BUILDING, Fen(20_000), tuple(c for c, _v in both)
            ),
        )
    page = browser.get(f"/courses/packages/{package_id}").text
    assert "¥200.00" in page
    assert "¥240.00" in page
    with begin() as work:
        services.withdraw(work, here, both[0][1])

    window = browser.get("/courses")
    assert window.status_code == 200
    assert "乙" in window.text
    assert "两门合买" not in window.text
    assert browser.get(f"/courses/packages/{package_id}").status_code == 404


def test_a_draft_and_nothing_look_alike(
    begin: Begin, here: AssociationId, browser: Browser
) -> None:
    with begin() as work:
        course_id, _version = make.course(work, here, publish=False)

    assert browser.get(f"/courses/{course_id}").status_code == 404
    assert browser.get(f"/courses/{new_id()}").status_code == 404
    assert browser.get(f"/courses/packages/{new_id()}").status_code == 404


def test_a_learner_buys_or_begins(
    begin: Begin, here: AssociationId, browser_of: Sign
) -> None:
    with begin() as work:
        paid, _version = make.course(work, here)
        free, _version = make.course(work, here, price_fen=0)
        learner = make_accounts.account(work)
    browser = browser_of(learner)

    assert "加入购物车" in browser.get(f"/courses/{paid}").text
    assert "免费学习" in browser.get(f"/courses/{free}").text


def test_nothing_personal_is_kept_for_others(
    begin: Begin, here: AssociationId, browser_of: Sign, browser: Browser
) -> None:
    with begin() as work:
        make.course(work, here)
        learner = make_accounts.account(work, name="欧阳某")

    assert "欧阳某" in browser_of(learner).get("/courses").text
    assert "欧阳某" not in browser.get("/courses").text


def test_the_gap_leads_and_filters(
    begin: Begin, here: AssociationId, browser_of: Sign
) -> None:
    with begin() as work:
        make.course(work, here)
        me = make_people.person(work)

    browser = browser_of(me.account_id)
    page = browser.get("/courses").text
    assert "您还差" in page
    assert "建筑工程 必修 60 学时" in page
    (way,) = re.findall(
        r'href="(/courses\?specialty=building&amp;track=required)"', page
    )
    assert "建筑工程质量控制要点" in browser.get(way.replace("&amp;", "&")).text


def test_who_bought_an_older_version_goes_on_with_it(
    begin: Begin, here: AssociationId, browser_of: Sign
) -> None:
    with begin() as work:
        course_id, old = make.course(work, here)
        me = make_people.person(work)
        enrolment = learning.enrol(work, me.person_id, old, source="test")
        services.publish(work, here, services.new_version(work, here, old))

    page = browser_of(me.account_id).get(f"/courses/{course_id}").text
    assert f'href="/study/{enrolment}"' in page
    assert "加入购物车" not in page


def test_a_member_sees_the_own_price_and_a_stranger_what_members_pay(
    begin: Begin, here: AssociationId, browser: Browser, browser_of: Sign
) -> None:
    with begin() as work:
        course_id, _version = make.course(work, here)
        other_id, _other = make.course(work, here, price_fen=10_000)
        manager, today = make_offers.hand(work, here), legal_day(work.now)
        special = {"offer": f"course:{course_id}", "price_fen": 9_900}
        make_offers.deal(manager, here, DealKind.MEMBER, special)
        inside, outside = make_people.person(work), make_people.person(work)
        facts = MemberFacts(inside.id_number, "张建国", today, today)
        members.keep(manager, here, facts)

    for visitor in (browser, browser_of(outside.account_id)):
        page = visitor.get(f"/courses/{course_id}").text
        assert page.index("¥120.00") < page.index("会员价") < page.index("¥99.00")
        assert "会员价" not in visitor.get(f"/courses/{other_id}").text
    own = browser_of(inside.account_id).get(f"/courses/{course_id}").text
    assert own.index("¥99.00") < own.index("原价 ¥120.00")
    assert "协会会员登录后" not in own
