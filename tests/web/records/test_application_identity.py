"""To be oneself before each application: password and code, or a company's code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lms.policy.flow import Need, Party
from lms.policy.model import Application, Province
from lms.registration.rules.states import Status
from tests.conftest import HandClock
from tests.make import people as make_people
from tests.spread import PAGES
from tests.web.records.ground import (
    MINE,
    World,
    filed_by_company,
    identified,
    seen,
    ticket,
)

pytestmark = pytest.mark.sqlite_alone(PAGES)


@pytest.fixture
def world(app: Any, begin: Callable[..., Any], browser_of: Any) -> World:
    return World(begin, browser_of)


def test_what_goes_straight_to_the_desk_is_refused_with_every_reason(
    world: World, clock: HandClock
) -> None:
    who = world.cast(Province.CHONGQING)
    sent = world.browser(who).post(
        f"{MINE}/new/lost_reissue/paper_exchange",
        {"specialties": "building", "cases": "paper_held"},
    )
    here = sent.location
    world.fill(who, here)
    assert identified(world, who, here).status_code == 303
    clock.now += timedelta(days=120)
    tried = world.browser(who).post(f"{here}/pass", seen(world, here, read="y"))
    assert tried.status_code == 422
    assert "没有提交，还有这些问题" in tried.text
    assert "注册有效期已届满" in tried.text
    assert world.card(here).closed_at is None


def test_chongqing_wants_password_and_code_before_each_application(
    world: World,
) -> None:
    who = world.cast(Province.CHONGQING)
    here = world.start(who)
    page = world.browser(who).get(f"{here}/identity").text
    assert "尚未接入公安人脸比对" in page
    assert "到窗口现场核验" in page
    assert identified(world, who, here, password="x").status_code == 422
    assert Need.IDENTITY not in world.card(here).met


def test_the_right_password_and_code_are_noted_with_their_way(world: World) -> None:
    who = world.cast(Province.CHONGQING)
    here = world.start(who)
    assert identified(world, who, here).status_code == 303
    assert Need.IDENTITY in world.card(here).met
    assert "密码和验证码" in world.browser(who).get(here).text


def test_a_wrong_code_proves_nothing(world: World) -> None:
    who = world.cast(Province.CHONGQING)
    here = world.start(who)
    assert identified(world, who, here, code="000000").status_code == 422
    assert Need.IDENTITY not in world.card(here).met


def test_guizhou_is_confirmed_by_scan_identity_and_word(world: World, app: Any) -> None:
    who = world.cast(Province.GUIZHOU)
    here = filed_by_company(world, who, Application.CANCELLATION)
    browser = world.browser(who)
    assert "用手机扫描" in browser.get(here).text
    scan = MINE + ticket(world, app, here)
    assert "确认后注册证书立即失效" in browser.get(scan).text
    assert browser.post(scan).status_code == 303
    assert browser.post(scan).status_code == 422
    assert browser.get(scan).status_code == 422
    assert identified(world, who, here).status_code == 303
    done = browser.post(f"{here}/pass", seen(world, here, read="y"))
    assert done.status_code == 303
    assert world.card(here).status is Status.GRANTED
    assert "已准予注销注册" in browser.get(here).text


def test_what_the_company_filed_goes_back_with_a_reason(world: World) -> None:
    who = world.cast(Province.GUIZHOU)
    here = filed_by_company(world, who, Application.CANCELLATION)
    browser = world.browser(who)
    assert browser.post(f"{here}/return", seen(world, here)).status_code == 422
    told = seen(world, here, reason="我没有同意注销")
    assert browser.post(f"{here}/return", told).status_code == 303
    card = world.card(here)
    assert (card.step.by, card.status) == (Party.EMPLOYER, Status.OPEN)
    assert "我没有同意注销" in browser.get(here).text


def test_a_code_is_nothing_to_another_person_nor_ten_minutes_later(
    world: World, app: Any, clock: HandClock
) -> None:
    who = world.cast(Province.GUIZHOU)
    here = filed_by_company(world, who, Application.CANCELLATION)
    scan = MINE + ticket(world, app, here)
    with world.begin() as work:
        other = make_people.person(work, name="王外人")
    assert world.browser_of(other.account_id).get(scan).status_code == 404
    assert world.browser(who).get(f"{scan}x").status_code == 404
    assert world.browser(who).get(scan).status_code == 200
    clock.now += timedelta(minutes=11)
    assert world.browser(who).get(scan).status_code == 422


def test_guizhou_cancellation_takes_the_identity_before_the_scan(
    world: World, app: Any
) -> None:
    who = world.cast(Province.GUIZHOU)
    here = filed_by_company(world, who, Application.CANCELLATION)
    browser = world.browser(who)
    shown_before = MINE + ticket(world, app, here)

    assert identified(world, who, here).status_code == 303
    assert browser.get(shown_before).status_code == 200
    assert browser.post(shown_before).status_code == 303

    done = browser.post(f"{here}/pass", seen(world, here, read="y"))
    assert done.status_code == 303
    assert world.card(here).status is Status.GRANTED


def test_a_code_of_what_went_back_is_spent_though_the_same_is_filed_again(
    world: World, app: Any
) -> None:
    who = world.cast(Province.GUIZHOU)
    here = filed_by_company(world, who, Application.CANCELLATION)
    old = MINE + ticket(world, app, here)
    browser = world.browser(who)
    told = seen(world, here, reason="日期不对，请改")
    assert browser.post(f"{here}/return", told).status_code == 303

    world.step(who, here)

    assert browser.get(old).status_code == 422
    assert browser.get(MINE + ticket(world, app, here)).status_code == 200
