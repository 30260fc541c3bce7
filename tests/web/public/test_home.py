"""The front door, as visitors see it."""

import re

import pytest

from tests.conftest import Browser
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)


def test_the_front_door_shows_the_four_steps_to_anybody(browser: Browser) -> None:
    page = browser.get("/").text

    for step in ("注册账号", "完善个人信息", "选课学习", "下载合格证"):
        assert step in page
    assert "注册学习账号" in page


def test_every_page_offers_the_other_language_by_a_form(browser: Browser) -> None:
    page = browser.get("/").text

    form = re.search(r'<form class="language".*?</form>', page, re.DOTALL)
    assert form is not None
    assert 'method="post"' in form[0]
    assert "csrf_token" in form[0]


def test_the_about_page_says_who_decides(browser: Browser) -> None:
    assert "主管部门审批" in browser.get("/about").text
