"""The association's desk: a course from draft to shop window, and a clerk's morning."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from urllib.parse import urlsplit

import openpyxl
import pytest
from playwright.sync_api import FilePayload, Locator

from lms.jobs.demo import content
from lms.kernel import pii
from lms.kernel.clock import legal_day, system_clock
from tests.browser import Tour
from tests.journeys.conftest import DEMO_PASSWORD, Tours
from tests.journeys.house import RunningHouse
from tests.make import pictures

COURSE = "脚手架搭设与验收（新课）"
FILM = "film-11"
FILM_MS = 180_000
QUESTION = """发现脚手架连墙件缺失，正确的做法是？
* 停止作业并立即补设
- 继续作业，下班后再补
? 连墙件缺失会使架体失稳。"""


def enter(tour: Tour, who: str) -> None:
    """Sign in with password and the code of the moment; every entry must open."""
    email = f"{who}@demo.example"
    tour.sign_in(email, DEMO_PASSWORD)
    tour.says("两步验证")
    tour.second_factor(pii.mask_email(email))
    tour.says("工作台")
    tour.look(f"{who}-desk")
    nav = tour.page.get_by_role("navigation", name=re.compile("主导航|全部功能"))
    for link in nav.get_by_role("link").all():
        path = link.get_attribute("href")
        assert path
        status = tour.page.context.request.get(path).status
        assert status == 200, f"{who} is offered {path}, which answers {status}"


def certain(tour: Tour, button: Locator) -> None:
    """Press what asks first, and say yes."""
    tour.press(button)
    tour.follow(tour.page.locator("dialog").get_by_role("button", name="确定"))


@pytest.mark.browser
def test_a_course_goes_from_its_author_over_the_manager_into_the_window(
    tours: Tours, street: RunningHouse
) -> None:
    with tours("author") as tour:
        enter(tour, "author")
        _draft(tour)
        _add_film(tour)
        tour.follow(tour.button("提交发布"))
        tour.says("已提交，等待负责人发布")
        tour.look("author-submitted")
    with tours("manager") as tour:
        enter(tour, "manager")
        tour.room("课程")
        tour.look("manager-courses")
        tour.follow(tour.link(COURSE))
        tour.look("manager-course")
        certain(tour, tour.button("发布"))
        tour.says("课程已发布")
    with tours("visitor") as tour:
        tour.go("/courses")
        tour.page.get_by_label("搜索").fill("脚手架搭设")
        tour.follow(tour.button("查找"))
        tour.follow(tour.link(re.compile(re.escape(COURSE))))
        tour.says("连墙件与验收")
        tour.look("visitor-new-course")
    assert not street.faults()


def _draft(tour: Tour) -> None:
    tour.room("课程")
    tour.look("author-courses")
    tour.follow(tour.link("新建课程"))
    tour.look("author-new-course")
    page = tour.page
    page.get_by_label("课程名称").fill(COURSE)
    page.get_by_label("专业").select_option("building")
    page.get_by_label("必修/选修").select_option("elective")
    page.get_by_label("价格（元）").fill("30")
    page.get_by_label("主讲教师").fill("高老师")
    page.get_by_label("教师职称").fill("注册安全工程师")
    page.get_by_label("课程简介").fill("<p>连墙件、剪刀撑和验收，逐项过一遍。</p>")
    tour.follow(tour.button("保存"))
    tour.says("草稿已建立")
    page.get_by_label("章节名称").fill("第一章 搭设与验收")
    tour.follow(tour.button("添加"))
    tour.look("author-chapter")


def _add_film(tour: Tour) -> None:
    tour.follow(tour.link("加视频课时"))
    tour.look("author-new-lesson")
    page = tour.page
    page.get_by_label("课时名称").fill("连墙件与验收")
    page.get_by_label("学时", exact=True).fill("1")
    page.get_by_label("视频文件").set_input_files(content.film_path(FILM))
    for folded in ("粘贴字幕文字", "随堂题"):
        tour.press(page.locator("summary").filter(has_text=folded))
    page.get_by_label("字幕文字").fill(content.captions(FILM))
    page.get_by_label("随堂题").fill(QUESTION)
    tour.follow(tour.button("保存课时"))
    tour.says("课时已保存")
    # It is cut in the background; its length was read from the film.
    page.get_by_text("清晰度").wait_for(timeout=FILM_MS)
    tour.look("author-film-ready")
    tour.follow(tour.link(COURSE))
    tour.says("0:48")
    tour.look("author-lesson-kept")


@pytest.mark.browser
def test_a_clerk_works_the_desk_and_another_associations_clerk_sees_none_of_it(
    tours: Tours, street: RunningHouse
) -> None:
    with tours("renamed") as tour:
        _ask_correction(tour)
    with tours("clerk") as tour:
        enter(tour, "clerk")
        seen = [
            _confirm_transfer(tour),
            _unlock_exam(tour),
            _decide_correction(tour),
            _open_record(tour),
        ]
        _export(tour)
    with tours("manager") as tour:
        _agree_to_unlock(tour)
    with tours("waiting") as tour:
        tour.sign_in("waiting@demo.example", DEMO_PASSWORD)
        tour.says("建筑工程质量控制要点")
        tour.look("waiting-enrolled")
    with tours("stuck") as tour:
        tour.sign_in("stuck@demo.example", DEMO_PASSWORD)
        tour.says("可以考试了")
        tour.menu("个人中心")
        tour.says("内蒙古新示例建设有限公司")
        tour.look("graduate-corrected")
    with tours("foreigner") as tour:
        enter(tour, "clerk.bt")
        for path in seen:
            assert tour.page.context.request.get(path).status == 404, path
        tour.room("订单")
        tour.look("foreigner-orders")
        assert tour.page.get_by_text("周转").count() == 0
    assert not street.faults()


def _path(tour: Tour) -> str:
    return urlsplit(tour.page.url).path


def _ask_correction(tour: Tour) -> None:
    # Nobody bound to a company corrects its name: the company does, at a counter.
    tour.sign_in("stuck@demo.example", DEMO_PASSWORD)
    tour.says("吴难，您好")
    tour.look("renamed-centre")
    tour.menu("个人中心")
    tour.look("renamed-profile")
    tour.follow(tour.page.locator("main").get_by_role("link", name=re.compile("聘用")))
    tour.look("renamed-locked")
    tour.follow(tour.link("申请更正"))
    tour.page.get_by_label("企业名称").fill("内蒙古新示例建设有限公司")
    tour.page.get_by_label("统一社会信用代码").fill("91150203MA0N00000G")
    tour.page.get_by_label("受理协会").select_option(label="学时演示协会")
    tour.page.get_by_label("更正理由").fill("公司上月更名，营业执照已换发。")
    tour.look("renamed-correction")
    tour.follow(tour.button("提交更正申请"))
    tour.says("办理中")
    tour.look("renamed-correction-asked")


def _confirm_transfer(tour: Tour) -> str:
    tour.room("订单")
    tour.look("clerk-orders")
    tour.follow(tour.page.get_by_role("row", name=re.compile("周")).get_by_role("link"))
    tour.look("clerk-order")
    yesterday = legal_day(system_clock()) - timedelta(days=1)
    tour.page.get_by_label("入账日期").fill(yesterday.isoformat())
    tour.page.get_by_label("入账金额").fill("680.00")
    tour.page.get_by_label("付款户名").fill("周转")
    tour.page.get_by_label("银行流水号").fill("YS20260001")
    tour.follow(tour.button("确认到账并开通"))
    tour.says("已开通")
    tour.look("clerk-order-paid")
    return _path(tour)


def _unlock_exam(tour: Tour) -> str:
    tour.room("考试")
    tour.look("clerk-exams")
    tour.follow(tour.page.get_by_role("row", name=re.compile("吴")).get_by_role("link"))
    where = _path(tour)
    tour.look("clerk-unlock")
    tour.page.get_by_label("理由").fill("考试当天工地停电，三次均中断。")
    proof = FilePayload(
        name="停电通知.jpg", mimeType="image/jpeg", buffer=pictures.inch_jpeg()
    )
    tour.page.get_by_label("证明材料").set_input_files(proof)
    tour.follow(tour.button("提出，交负责人决定"))
    tour.says("等待负责人决定")
    tour.look("clerk-unlock-asked")
    return where


def _agree_to_unlock(tour: Tour) -> None:
    enter(tour, "manager")
    tour.follow(tour.link(re.compile("待决定申请")))
    tour.look("manager-claims")
    tour.follow(
        tour.page.get_by_role("listitem").filter(has_text="解锁").get_by_role("link")
    )
    tour.look("manager-claim")
    tour.follow(tour.button("同意"))
    tour.says("即时生效")


def _decide_correction(tour: Tour) -> str:
    tour.room("学员管理")
    tour.look("clerk-learners")
    tour.follow(tour.link(re.compile("更正与照片")))
    tour.look("clerk-corrections")
    tour.follow(tour.link("办理"))
    where = _path(tour)
    tour.follow(tour.button("打开申请内容"))
    tour.says("内蒙古新示例建设有限公司")
    tour.look("clerk-correction")
    tour.page.get_by_label("意见").fill("已核对营业执照。")
    tour.follow(tour.button("同意更正"))
    tour.says("最近办结")
    return where


def _open_record(tour: Tour) -> str:
    tour.room("学员管理")
    table = tour.page.get_by_role("table")
    tour.follow(table.get_by_role("link", name="查看").first)
    tour.look("clerk-record")
    return _path(tour)


def _export(tour: Tour) -> None:
    tour.room("订单")
    with tour.page.expect_download() as got:
        tour.press(tour.button("导出 Excel"))
    sheet = _sheet(got.value.path().read_bytes())
    assert any("建筑工程专业继续教育套餐" in cell for row in sheet for cell in row)
    tour.room("学员管理")
    with tour.page.expect_download() as got:
        tour.press(tour.button("导出 Excel"))
    assert len(_sheet(got.value.path().read_bytes())) > 5
    tour.room("已发合格证")
    tour.look("clerk-certificates")


def _sheet(body: bytes) -> list[list[str]]:
    book = openpyxl.load_workbook(io.BytesIO(body))
    rows = [[str(c or "") for c in row] for row in book.worksheets[0].values]
    book.close()
    return rows
