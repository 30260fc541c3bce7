"""The player on a bad day: no line, a question, another device."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser import DESK, PHONE, PLAYER_BYTES, Tour, opened
from tests.journeys.conftest import DEMO_PASSWORD, Tours
from tests.journeys.house import RunningHouse

_NAME = "孙备"
_EMAIL = "ready@demo.example"
_CUT_SECONDS = 9


@pytest.fixture(scope="module")
def films(street: RunningHouse) -> list[str]:
    found: list[str] = street.backstage("enrol", _NAME)
    return found


@pytest.mark.browser
def test_a_line_that_is_cut_in_the_middle_of_a_film_costs_nothing(
    tours: Tours, films: list[str]
) -> None:
    with tours("cut-line", PHONE) as tour:
        page = _plays(tour, films[0])
        _counts_past(page, 0)
        before = _counted(page)
        with tour.expecting("ERR_INTERNET_DISCONNECTED|Failed to load"):
            page.context.set_offline(True)
            tour.says("网络不稳，正在重发；已看的时间不会丢")
            page.wait_for_function(_AWAITED_AT_LEAST, arg=_CUT_SECONDS)
            tour.look("line-cut", PLAYER_BYTES)
            assert _counted(page) == before
            page.context.set_offline(False)
            _counts_past(page, before + _CUT_SECONDS - 1)
        page.get_by_text("网络不稳").filter(visible=True).wait_for(state="hidden")
        assert page.locator(".film").get_attribute("data-playing") == "true"
        _leaves(tour)


@pytest.mark.browser
def test_a_check_holds_the_film_until_somebody_answers(
    tours: Tours, street: RunningHouse, films: list[str]
) -> None:
    with tours("check", PHONE) as tour:
        page = _plays(tour, films[1])
        _counts_past(page, 0)
        tour.press(page.locator("[data-film-play]"))
        tour.says("已暂停，暂停时不计时")
        assert street.backstage("check", _NAME) == 1
        tour.press(page.locator("[data-film-play]"))
        asked = page.locator("dialog[data-check][open]")
        asked.wait_for()
        assert page.evaluate("document.querySelector('video').paused")
        tour.look("check", PLAYER_BYTES)
        before = _counted(page)
        field = page.locator("[data-check-input]")
        if field.is_visible():
            code = page.locator("[data-check-code]").inner_text()
            field.fill(str((int(code) + 1) % 10**6).zfill(6))
            tour.press(tour.button("我在学习，确认"))
            tour.says("不对，请再看一看")
            field.fill(code)
            tour.press(tour.button("我在学习，确认"))
        else:
            _answers(tour)
        asked.wait_for(state="hidden")
        _counts_past(page, before)
        _leaves(tour)


@pytest.mark.browser
def test_two_devices_take_turns_and_each_is_told(
    tours: Tours, films: list[str]
) -> None:
    with tours("first-device", DESK) as first:
        page = _plays(first, films[2])
        _counts_past(page, 0)
        browser = page.context.browser
        assert browser
        with opened(browser, page.url, PHONE) as context:
            second = Tour(context.new_page(), PHONE, first.folder)
            with second.expecting("409"), first.expecting("409"):
                other = _plays(second, films[2], earns=False)
                second.says("正在另一处学习")
                second.look("taken", PLAYER_BYTES)
                second.press(second.button("在此继续"))
                _counts_past(other, _counted(other))
                first.says("正在另一处学习")
                first.button("在此继续").wait_for()
                first.look("taken-over", PLAYER_BYTES)
            first.faults += second.faults


_AWAITED_AT_LEAST = """seconds => {
  const [m, s] = document.querySelector("[data-awaited]").textContent.split(":");
  return Number(m) * 60 + Number(s) >= seconds;
}"""
_COUNTED_PAST = """seconds => {
  const [m, s] = document.querySelector("[data-counted]").textContent.split(":");
  return Number(m) * 60 + Number(s) > seconds;
}"""


def _plays(tour: Tour, film: str, *, earns: bool = True) -> Page:
    tour.sign_in(_EMAIL, DEMO_PASSWORD)
    tour.page.wait_for_url(re.compile("/learn"))
    tour.go(film)
    tour.press(tour.page.locator("[data-film-big]"))
    if earns:
        tour.page.locator("[data-film][data-playing=true]").wait_for()
    return tour.page


def _leaves(tour: Tour) -> None:
    """Go elsewhere: a window that is only shut need not say that it left."""
    tour.go("/learn")
    tour.pause(1)


def _counted(page: Page) -> int:
    minutes, seconds = page.locator("[data-counted]").inner_text().split(":")
    return int(minutes) * 60 + int(seconds)


def _counts_past(page: Page, seconds: int) -> None:
    page.wait_for_function(_COUNTED_PAST, arg=seconds, timeout=30_000)


def _answers(tour: Tour) -> None:
    """Try one option after the other, as somebody may who has not listened."""
    options = tour.page.locator("[data-check-options] label")
    for place in range(options.count()):
        if not options.nth(place).is_visible():
            return
        options.nth(place).click()
        tour.press(tour.button("我在学习，确认"))
        tour.pause(1.5)
