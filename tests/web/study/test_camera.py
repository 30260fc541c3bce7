"""Pictures as answers: agreed to or not, and asked for on one page alone."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.conftest import HandClock
from tests.spread import PAGES
from tests.web.study.test_presence import Page

pytestmark = pytest.mark.sqlite_alone(PAGES)


@pytest.fixture
def me(app: Flask, clock: HandClock, browser_of: Any) -> Page:
    return Page(app, clock, browser_of)


def test_the_page_on_pictures_offers_a_no_and_a_way_back(me: Page) -> None:
    page = me.browser.get("/study/camera")
    assert "不同意，返回" in page.text
    assert page.headers["Permissions-Policy"].startswith("camera=()")

    me.browser.post("/study/camera", {"agreed": "1"})
    assert "返回学习中心" in me.browser.get("/study/camera").text


def test_only_the_player_may_ask_for_the_camera_and_it_names_the_consent(
    me: Page,
) -> None:
    page = me.browser.get(f"/study/{me.mine}/{me.lesson}")
    assert page.status_code == 200
    assert page.headers["Permissions-Policy"].startswith("camera=(self)")
    assert page.text.count('href="/study/camera"') >= 3
    assert "data-camera-open" in page.text
    assert (
        me.browser.get("/learn").headers["Permissions-Policy"].startswith("camera=()")
    )
