"""The constructor's way, step by step, as tests of different people take it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pypdfium2
import zxingcpp
from playwright.sync_api import BrowserContext, FilePayload

from lms.jobs.demo import content
from lms.kernel import pii
from lms.kernel.clock import legal_day, system_clock
from lms.people.rules import id_check
from tests.browser import PLAYER_BYTES, Tour
from tests.journeys.house import RunningHouse
from tests.make import pictures

PASSWORD = "工地上的塔吊每天早上都要检查一遍"
ASSOCIATION = "学时演示协会"
_FILM_SECONDS = 100


@dataclass(frozen=True)
class Person:
    """A constructor who has never been here."""

    name: str
    phone: str
    serial: int

    @property
    def id_number(self) -> str:
        body = f"15020319850704{self.serial:03d}"
        return body + id_check(body)


# -- front door, profile -------------------------------------------------------------


def sign_up(tour: Tour, person: Person) -> None:
    tour.go("/")
    tour.look("front-door")
    tour.follow(tour.link("注册学习账号"))
    tour.look("sign-up")
    tour.page.get_by_label("手机号或邮箱").fill(person.phone)
    tour.follow(tour.button("获取验证码"))
    tour.says("验证码已发到")
    tour.look("sign-up-code")
    tour.page.get_by_label("验证码").fill(tour.code_for(pii.mask_phone(person.phone)))
    tour.page.get_by_label("姓名").fill(person.name)
    tour.page.get_by_label("设置密码").fill(PASSWORD)
    tour.page.get_by_label("我已阅读并同意隐私政策").check()
    tour.follow(tour.button("完成注册"))
    tour.says(f"欢迎，{person.name}")


def complete_profile(tour: Tour, person: Person) -> None:
    """Fill in what is missing, as signing up leads to; each page leads to the next."""
    tour.look("profile-empty")
    tour.follow(tour.link(re.compile("^接着填写")))
    filled: list[str] = []
    while (section := _section(tour)) != "me":
        assert section not in filled, f"{section} was filled in and is asked again"
        filled.append(section)
        tour.look(f"profile-{section}")
        _FILL[section](tour, person)
        tour.follow(tour.button("保存"))
        if _section(tour) == section:  # One person may have several certificates.
            tour.look(f"profile-{section}-kept")
            tour.follow(tour.link(re.compile("^下一步")))
    assert filled == list(_FILL)
    tour.says("100%")
    tour.look("profile-whole")


def _section(tour: Tour) -> str:
    return tour.page.url.rstrip("/").rsplit("/", 1)[1]


def _identity(tour: Tour, person: Person) -> None:
    tour.page.get_by_label("姓名").fill(person.name)
    tour.page.get_by_label("身份证号码").fill(person.id_number)
    tour.page.get_by_label("我单独同意处理以上敏感个人信息").check()


def _photo(tour: Tour, _person: Person) -> None:
    photo = FilePayload(
        name="me.jpg", mimeType="image/jpeg", buffer=pictures.face_jpeg()
    )
    tour.page.locator("input[type=file]").set_input_files(photo)
    tour.page.locator("[data-crop-stage]").wait_for()


def _signature(tour: Tour, _person: Person) -> None:
    tour.draw(tour.page.locator("[data-sign-pad]"))
    tour.look("signature-drawn")


def _qualification(tour: Tour, person: Person) -> None:
    tour.page.get_by_label("专业类别").select_option(index=_place(tour, "建筑工程"))
    tour.page.get_by_label("证书编号").fill(f"1502032018{person.serial:05d}")
    tour.page.get_by_label("签发日期").fill("2018-10-20")


def _place(tour: Tour, words: str) -> int:
    shown = tour.page.get_by_label("专业类别").locator("option").all_inner_texts()
    return next(n for n, text in enumerate(shown) if text.strip() == words)


def _registration(tour: Tour, person: Person) -> None:
    until = legal_day(system_clock()) + timedelta(days=200)
    begun = until - timedelta(days=3 * 365 - 1)
    years = f"{begun.year - 2}{begun.year - 1}"
    page = tour.page
    page.get_by_label("注册编号").fill(f"蒙215{years}{30000 + person.serial}")
    page.get_by_label("注册所在地").select_option("inner_mongolia")
    page.get_by_label("建筑工程").check()
    page.get_by_label("有效期起").fill(begun.isoformat())
    page.get_by_label("有效期止").fill(until.isoformat())


def _employer(tour: Tour, _person: Person) -> None:
    tour.page.get_by_label("企业名称").fill("内蒙古示例建设集团有限公司")
    tour.page.get_by_label("统一社会信用代码").fill("91150203MA0N00000G")


_FILL = {
    "identity": _identity,
    "photo": _photo,
    "signature": _signature,
    "qualification": _qualification,
    "registration": _registration,
    "employer": _employer,
}


# -- catalogue, order, payment -------------------------------------------------------


def buy(tour: Tour, course: str, way: str) -> None:
    """Find a course by 安全, and pay at the stand-in."""
    tour.menu("全部课程", "课程")
    tour.look("courses")
    tour.page.get_by_label("搜索").fill("安全")
    tour.page.get_by_text("更多条件").click()
    tour.page.get_by_label("协会").select_option(label=ASSOCIATION)
    tour.follow(tour.button("查找"))
    tour.look("courses-found")
    tour.follow(tour.link(re.compile(course)))
    tour.look("course")
    tour.follow(tour.button("加入购物车"))
    tour.says("去结算")
    tour.look("cart")
    tour.follow(tour.link("去结算"))
    tour.look("checkout")
    tour.follow(tour.button("提交订单"))
    tour.says("在线支付")
    tour.look("order-waits")
    tour.follow(tour.button(way))
    tour.says("演示收银台")
    tour.look("stand-in")
    tour.follow(tour.button("模拟支付成功"))
    tour.page.wait_for_url(re.compile("/shop/orders/"))
    tour.says("付款成功，课程已开通")
    tour.look("order-fulfilled")


# -- study ---------------------------------------------------------------------------


def watch_film(tour: Tour) -> str:
    """Play the film to its end as it runs; say which lesson it was."""
    page = tour.page
    title = page.locator(".study-title h1").inner_text()
    tour.look("lesson", PLAYER_BYTES)
    tour.press(page.locator("[data-film-big]"))
    player = page.locator("[data-player]")
    page.locator("[data-film][data-playing=true]").wait_for()
    asked = page.locator("[data-question][data-right=false]")
    film = float(player.get_attribute("data-film") or 0)
    counted = ["0:00"]
    for _second in range(_FILM_SECONDS):
        tour.pause(1)
        now = page.locator("[data-counted]").inner_text()
        if now != counted[-1]:
            counted.append(now)
            if len(counted) == 2:
                tour.look("lesson-counts", PLAYER_BYTES)
        if asked.count() and _played(tour) > film / 2:
            _answer_question(tour)
        if player.get_attribute("data-done") == "true":
            break
    told = page.locator("[data-reason]").inner_text()
    assert player.get_attribute("data-done") == "true", (counted, told)
    # Time was credited while the film ran, not only at its end.
    assert len(counted) > 2, counted
    tour.says("本课已完成")
    tour.look("lesson-done", PLAYER_BYTES)
    return title


def _played(tour: Tour) -> float:
    now: float = tour.page.evaluate("document.querySelector('video').currentTime")
    return now


def _answer_question(tour: Tour) -> None:
    form = tour.page.locator("[data-question][data-right=false]").first
    stem = form.locator("legend").inner_text()
    key, options = _key(stem)
    wrong = next(n for n in range(len(options)) if n not in key)
    form.get_by_label(options[wrong], exact=True).check()
    tour.press(form.get_by_role("button"))
    form.get_by_text("回答不对").wait_for()
    form.get_by_label(options[wrong], exact=True).set_checked(len(key) == 1)
    for place in key:
        form.get_by_label(options[place], exact=True).check()
    tour.press(form.get_by_role("button"))
    tour.page.get_by_text("回答正确").first.wait_for()


def _key(stem: str) -> tuple[list[int], list[str]]:
    for course in content.courses():
        for chapter in course["chapters"]:
            for lesson in chapter["lessons"]:
                for question in lesson["questions"]:
                    if question["stem"] in stem:
                        return question["key"], question["options"]
    raise AssertionError(f"nobody wrote this question: {stem}")


# -- test, certificate ---------------------------------------------------------------


def sit_exam(tour: Tour, house: RunningHouse, *, leave: bool = False) -> None:
    """Start the test, maybe leave and come back, hand in, pass."""
    tour.menu("学习中心", "学习")
    tour.look("centre-exam-opens")
    tour.follow(tour.link("去考试"))
    tour.look("exam-intro")
    tour.follow(tour.button("开始考试"))
    tour.page.locator("[data-exam]").wait_for()
    tour.look("exam-paper")
    attempt = str(UUID(tour.page.url.rstrip("/").rsplit("/", 1)[1]))
    keys = house.backstage("keys", attempt)
    halfway = len(keys) // 2 if leave else len(keys)
    _answer(tour, keys, range(halfway))
    if leave:
        tour.follow(tour.link("暂时离开"))
        tour.follow(tour.link("继续答题"))
        kept = tour.page.locator("[data-exam-count]").inner_text()
        assert kept == str(halfway)
        tour.look("exam-come-back")
        _answer(tour, keys, range(halfway, len(keys)))
    tour.button("交卷").click()
    asked = tour.page.locator("dialog[open]")
    asked.get_by_text("每一题都答了").wait_for()
    tour.follow(asked.get_by_role("button", name="交卷"))
    tour.says("恭喜，考试合格")
    tour.look("exam-passed")


def _answer(tour: Tour, keys: list[list[int]], places: range) -> None:
    for place in places:
        if not tour.page.locator(f"#q{place}").is_visible():
            tour.page.get_by_role("button", name="下一题").click()
        for choice in keys[place]:
            box = f"input[name=q{place}][value='{choice}']"
            tour.page.locator(box).check()
    tour.page.get_by_text("已保存", exact=True).wait_for()


def claim_certificate(tour: Tour) -> Path:
    """Take the certificate, and download its PDF."""
    tour.follow(tour.link("领取合格证"))
    tour.look("certificate-ready")
    tour.follow(tour.button("领取合格证"))
    tour.says("下载 PDF")
    tour.look("certificates")
    with tour.page.expect_download() as got:
        tour.press(tour.link("下载 PDF"))
    file = tour.folder / "certificate.pdf"
    got.value.save_as(file)
    return file


def read_code(file: Path, picture: Path) -> str:
    """Render the PDF's page, and read what its QR code says."""
    document = pypdfium2.PdfDocument(file)
    rendered = document[0].render(scale=4).to_pil()
    document.close()
    rendered.save(picture)
    (code,) = zxingcpp.read_barcodes(rendered)
    return str(code.text)


def check_as_stranger(tour: Tour, context: BrowserContext, link: str) -> str:
    """Open the link in a browser that was never here; give what can be read."""
    page = context.new_page()
    stranger = Tour(page, tour.screen, tour.folder)
    stranger.go(link)
    stranger.look("verified-by-stranger")
    tour.faults += stranger.faults
    assert page.locator("[data-verdict=valid]").count() == 1
    assert not [c for c in context.cookies() if "session" in str(c.get("name"))]
    return page.locator("main").inner_text()
