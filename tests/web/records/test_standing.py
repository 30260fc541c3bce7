"""What the pages offer to whom: never, now, no more registered; and with one open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete

from lms.people import services as people
from lms.people.models import Registration
from lms.policy.flow import Party
from lms.policy.model import Province
from lms.registration import services as desk
from lms.registration.rules.states import Act
from lms.registration.services import Doing
from tests.make import people as make_people
from tests.registration import walk
from tests.registration.walk import OVER, PRESS
from tests.spread import PAGES
from tests.web.records.ground import MINE, World

pytestmark = pytest.mark.sqlite_alone(PAGES)


@pytest.fixture
def world(app: Any, begin: Callable[..., Any], browser_of: Any) -> World:
    return World(begin, browser_of)


def test_with_one_open_nothing_else_is_called_open(world: World) -> None:
    who = world.cast(Province.SICHUAN)
    world.start(who)
    page = world.browser(who).get(MINE).text
    assert "办完当前申请后可以办" in page
    assert "今天可以办" not in page
    assert "可以申请</span>" not in page
    assert "正在办理</span>" in page


def test_who_was_registered_is_not_offered_a_first_registration(world: World) -> None:
    who = world.cast(Province.SICHUAN, studied=False, **OVER)
    page = world.browser(who).get(MINE).text
    assert "您曾经注册过，请办理重新注册。" in page
    assert f"{MINE}/new/initial/ordinary" not in page


def ended(world: World) -> Any:
    who = world.cast(Province.SICHUAN, studied=False)
    with world.begin() as work:
        people.write_granted(work, who.person.person_id, "", Province.SICHUAN, ())
    return world.browser(who)


def test_whose_registration_ended_is_not_asked_to_type_one(world: World) -> None:
    browser = ended(world)
    page = browser.get(f"{MINE}?province=sichuan").text
    assert "您的注册已注销、撤销或失效" in page
    assert "填写注册信息" not in page
    assert f"{MINE}/new/re_registration/ordinary" in page
    assert browser.get("/me/registration").status_code == 303


def test_who_never_was_registered_finds_the_first_one_first(world: World) -> None:
    with world.begin() as work:
        made = make_people.person(work, province=Province.SICHUAN)
        work.session.execute(_no_registration(made.person_id))
    page = world.browser_of(made.account_id).get(f"{MINE}?province=sichuan").text
    assert page.index("初始注册") < page.index("适用于：曾经在别处注册")


def _no_registration(person_id: object) -> Any:
    return delete(Registration).where(Registration.person_id == person_id)


def test_the_materials_repeat_what_was_asked_for_and_by_when(world: World) -> None:
    who = world.cast(Province.SICHUAN)
    here = world.start(who)
    for _ in range(2):
        world.step(who, here)
    with world.begin() as work:
        card = world.card(here)
        asked = Doing(card.id, Act.SUPPLEMENT, Party.TELLER, None, "劳动合同缺第二页")
        desk.act(walk.as_(work, who.teller), asked, printer=PRESS)
    browser = world.browser(who)
    page = browser.get(f"{here}/materials").text
    assert "劳动合同缺第二页" in page
    assert "材料齐了" not in page
    assert "最后一日是 " in page
    assert "都没有变化" in browser.get(here).text


def test_the_applicant_sees_the_day_of_acceptance_that_the_office_sees(
    world: World,
) -> None:
    who = world.cast(Province.SICHUAN)
    here = world.start(who)
    for _ in range(2):
        world.step(who, here)
    assert "承诺受理 2026-" in world.browser(who).get(here).text


def test_whoever_left_the_company_is_told_before_anything_is_sent(
    world: World,
) -> None:
    who = world.cast(Province.SICHUAN)
    here = world.start(who)
    with world.begin() as work:
        walk.moved_on(work, who)
    assert "您已不在这家单位" in world.browser(who).get(here).text
