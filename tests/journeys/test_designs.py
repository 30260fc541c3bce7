"""A manager gives the association's certificates another look, on desk and phone."""

from __future__ import annotations

import pytest

from tests.browser import DESK, PHONE, Screen, Tour
from tests.journeys.conftest import Tours
from tests.journeys.test_staff import certain, enter

DRAWN = "img[data-look-picture][src^='data:image/svg+xml']"


def open_editor(tour: Tour) -> None:
    enter(tour, "manager")
    tour.go("/console/designs")
    tour.look("designs")


def choose(tour: Tour, name: str) -> None:
    """Take a design, and see the specimen follow."""
    tour.page.get_by_role("radio", name=name).check()
    tour.page.wait_for_selector(DRAWN)
    tour.says("未保存的修改")


@pytest.mark.browser
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_the_specimen_follows_the_form(tours: Tours, screen: Screen) -> None:
    with tours("designs", screen) as tour:
        open_editor(tour)
        choose(tour, "山水")
        first = tour.page.locator(DRAWN).get_attribute("src")
        tour.page.get_by_label("证书标题").fill("结业证书")
        with tour.page.expect_response("**/console/designs/preview"):
            tour.press(tour.button("预览"))
        tour.page.wait_for_timeout(300)
        assert tour.page.locator(DRAWN).get_attribute("src") != first
        with tour.expecting("422"):
            tour.page.get_by_label("正文").fill("兹证明{姓名}合格")
            tour.says("不能识别的占位符：姓名")


@pytest.mark.browser
def test_a_draft_is_saved_published_and_replaced(tours: Tours) -> None:
    with tours("designs-published") as tour:
        open_editor(tour)
        choose(tour, "现代")
        tour.follow(tour.button("保存草稿"))
        tour.says("有未发布的草稿")
        tour.look("designs-draft")
        certain(tour, tour.button("发布草稿"))
        tour.says("正在使用：第 1 版")
        tour.look("designs-published")
        tour.press(tour.page.get_by_role("button", name="恢复为草稿").last)
        tour.follow(tour.page.locator("dialog").get_by_role("button", name="确定"))
        certain(tour, tour.button("发布草稿"))
        tour.says("正在使用：第 2 版")
