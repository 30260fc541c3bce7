"""A film on its way from an author's disk to a learner's phone, on a bad day."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, Request

from tests.browser import DESK, PHONE, PLAYER_BYTES, Tour
from tests.journeys.conftest import DEMO_PASSWORD, Tours
from tests.journeys.house import RunningHouse
from tests.journeys.test_staff import certain, enter
from tests.make import films as make_films

COURSE = "深基坑支护与监测"
_SECONDS = 24
_UP_BYTES_A_SECOND = 2_500_000
_FILM_MS = 300_000


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some forty megabytes of film, that take a while on a poor line."""
    made = tmp_path_factory.mktemp("films") / "现场.mp4"
    made.write_bytes(make_films.film(_SECONDS, "2560x1440"))
    return made


@pytest.mark.browser
def test_a_film_comes_up_over_a_broken_line_and_plays_on_a_phone(
    tours: Tours, street: RunningHouse, film: Path
) -> None:
    with tours("film-author") as tour:
        enter(tour, "author")
        _draft(tour)
        _send(tour, street, film)
        _cut(tour, street)
        _write_beside(tour)
        _look(tour)
        tour.follow(tour.link(COURSE))
        tour.follow(tour.button("提交发布"))
    with tours("film-manager") as tour:
        enter(tour, "manager")
        tour.go("/console/courses")
        tour.follow(tour.link(COURSE))
        certain(tour, tour.button("发布"))
    lesson: str = street.backstage("join", "张建国", COURSE)
    with tours("film-learner", PHONE) as tour:
        tour.sign_in("learner@demo.example", DEMO_PASSWORD)
        tour.page.wait_for_url(re.compile("/learn"))
        _watch(tour, lesson)
    assert not [one for one in street.faults() if "/csp-reports" in one]


def _draft(tour: Tour) -> None:
    tour.go("/console/courses/new")
    page = tour.page
    page.get_by_label("课程名称").fill(COURSE)
    page.get_by_label("专业").select_option("building")
    page.get_by_label("必修/选修").select_option("elective")
    page.get_by_label("价格（元）").fill("30")
    page.get_by_label("主讲教师").fill("高老师")
    tour.follow(tour.button("保存"))
    page.get_by_label("章节名称").fill("第一章 支护")
    tour.follow(tour.button("添加"))
    tour.follow(tour.link("加视频课时"))
    page.get_by_label("课时名称").fill("支护结构选型")
    page.get_by_label("学时", exact=True).fill("0.5")


class _Line:
    """An author's line upward: slow, counted, and cut at will."""

    def __init__(self, page: Page) -> None:
        self._cdp = page.context.new_cdp_session(page)
        self.puts: list[str] = []
        page.on("request", self._asked)
        self.slow()

    def _asked(self, request: Request) -> None:
        if request.method == "PUT":
            self.puts.append(request.url)

    def slow(self, *, offline: bool = False, up: int = _UP_BYTES_A_SECOND) -> None:
        self._cdp.send(
            "Network.emulateNetworkConditions",
            {
                "offline": offline,
                "latency": 20,
                "downloadThroughput": -1,
                "uploadThroughput": up,
            },
        )


def _send(tour: Tour, street: RunningHouse, film: Path) -> None:
    """Send it while the line breaks, the server dies, and the page is left."""
    page = tour.page
    line = _Line(page)
    page.get_by_label("视频文件").set_input_files(film)
    with tour.expecting("ERR_|Failed to load"):
        tour.press(tour.button("保存课时"))
        _past(page, 10)
        line.slow(offline=True)
        tour.says("网络中断，恢复后自动从断点继续")
        tour.look("sending-cut-off")
        line.slow()
        _past(page, 20)
        for process in _processes(street, "granian"):
            process.kill()
        words = page.locator("[data-film-words]")
        words.filter(has_text="网络中断").wait_for(timeout=_FILM_MS)
        words.filter(has_text="已上传").wait_for(timeout=_FILM_MS)
        _past(page, 55)
        # The page goes away; its lesson is there, and says how far it came.
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()
    tour.says("已传")
    tour.look("sending-left-off")
    other_name = film.with_name("改了名字.mp4")
    other_name.write_bytes(film.read_bytes())
    before = len(line.puts)
    parts = -(-film.stat().st_size // 2**22)
    page.get_by_label("选择同一个文件，继续上传").set_input_files(other_name)
    page.locator("[data-film-now=checking], [data-film-now=cutting]").wait_for(
        timeout=_FILM_MS
    )
    assert len(line.puts) - before <= parts // 2 + 1, "what was there came again"
    line.slow(up=-1)


def _past(page: Page, percent: int) -> None:
    page.wait_for_function(
        "most => document.querySelector('[data-film-sending] progress').value > most",
        arg=percent,
        timeout=_FILM_MS,
    )


def _processes(street: RunningHouse, word: str) -> Iterator[psutil.Process]:
    """Find the processes of this very house, and of no other on this machine."""
    folder = street.env["LMS_DATA_DIR"]
    for process in psutil.process_iter():
        try:
            ours = process.environ().get("LMS_DATA_DIR") == folder
            if ours and word in " ".join(process.cmdline()):
                yield process
        except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
            continue


def _cut(tour: Tour, street: RunningHouse) -> None:
    """Let the job be killed in the middle: the next one makes the film ready."""
    page = tour.page
    page.locator("[data-film-now=cutting]").wait_for(timeout=_FILM_MS)
    tour.look("cutting")
    jobs = [p for p in _processes(street, "flask") if p.cmdline()[-1] == "jobs"]
    assert len(jobs) == 1
    jobs[0].kill()
    page.locator("[data-film-now=ready]").wait_for(timeout=_FILM_MS)
    tour.says("540p / 360p")
    tour.look("film-ready")
    orphans = [p for p in _processes(street, "ffmpeg") if p.is_running()]
    assert not orphans


def _write_beside(tour: Tour) -> None:
    page = tour.page
    tour.follow(tour.link("对着视频写字幕和随堂题"))
    tour.look("beside")
    _at(page, 4)
    tour.press(tour.button("用视频的当前时间"))
    page.get_by_label("题干").fill("支护结构的安全等级由谁确定？")
    for n, words in enumerate(("设计单位", "班组长"), 1):
        page.get_by_label(f"第 {n} 个选项", exact=True).fill(words)
    page.get_by_label("第 1 个选项正确").check()
    tour.follow(tour.button("加这道题"))
    tour.says("题目已保存")
    _at(page, 2)
    tour.press(tour.button("在当前时间加一条"))
    page.keyboard.type("先看地质勘察报告")
    tour.follow(tour.button("保存字幕"))
    tour.says("字幕已保存")
    assert page.get_by_label("字幕文字").first.input_value() == "先看地质勘察报告"
    assert page.get_by_label("开始时间").first.input_value() == "00:02.000"
    tour.look("beside-written")
    tour.follow(tour.link("支护结构选型"))


def _at(page: Page, seconds: int) -> None:
    """Pull the film to a second by its bar."""
    page.locator("[data-film-range]").evaluate(
        "(bar, at) => { bar.value = at; bar.dispatchEvent(new Event('input')); }",
        seconds,
    )
    page.wait_for_function(
        "at => { const film = document.querySelector('video');"
        " return !film.seeking && Math.abs(film.currentTime - at) < 0.3; }",
        arg=seconds,
    )


def _look(tour: Tour) -> None:
    page = tour.page
    tour.follow(tour.link("预览"))
    tour.press(page.locator("[data-film-big]"))
    asked = page.locator("dialog[data-ask][open]")
    asked.wait_for(timeout=30_000)
    assert "安全等级" in asked.inner_text()
    tour.press(asked.get_by_role("button", name="继续看"))
    asked.wait_for(state="hidden")
    tour.look("preview", PLAYER_BYTES)


def _watch(tour: Tour, lesson: str) -> None:
    """Play it: in pieces, in another quality, stopped by its question, and counted."""
    page = tour.page
    tour.go(lesson)
    tour.press(page.locator("[data-film-big]"))
    page.locator("[data-film][data-playing=true]").wait_for()
    assert page.evaluate("document.querySelector('video').src").startswith("blob:")
    asked = page.locator("dialog[data-ask][open]")
    asked.wait_for(timeout=60_000)
    tour.press(asked.get_by_text("设计单位"))
    tour.press(asked.get_by_role("button", name="提交答案"))
    tour.says("回答正确")
    tour.press(asked.get_by_role("button", name="继续看"))
    before = _lines(page)
    page.get_by_label("清晰度").select_option("360" if before == 540 else "540")
    page.wait_for_function(
        "was => document.querySelector('video').videoHeight !== was",
        arg=before,
        timeout=60_000,
    )
    tour.look("playing", PLAYER_BYTES)
    page.wait_for_selector("[data-player][data-done=true]", timeout=120_000)
    tour.says("本课已完成")
    tour.look("done", PLAYER_BYTES)


def _lines(page: Page) -> int:
    return int(page.evaluate("document.querySelector('video').videoHeight"))


@pytest.mark.browser
def test_an_address_that_is_over_is_renewed_without_the_viewer(
    tours: Tours, street: RunningHouse
) -> None:
    """The player asks for the list again; where it stood is where it goes on."""
    lesson: str = street.backstage("join", "孙备", COURSE)
    with tours("film-expired", DESK) as tour:
        tour.sign_in("ready@demo.example", DEMO_PASSWORD)
        tour.page.wait_for_url(re.compile("/learn"))
        page = tour.page
        refused: list[str] = []

        def once(route: object) -> None:
            if len(refused) < 1:
                refused.append("x")
                route.fulfill(status=403, body="")  # type: ignore[attr-defined]  # a route of Playwright
            else:
                route.continue_()  # type: ignore[attr-defined]  # a route of Playwright

        with tour.expecting("403"):
            tour.go(lesson)
            tour.press(page.locator("[data-film-big]"))
            page.locator("[data-film][data-playing=true]").wait_for()
            page.route(re.compile(r"/media/[0-9a-f]{32}\.mp4"), once)
            page.get_by_label("清晰度").select_option("360")
            deadline = time.monotonic() + 60
            while not refused and time.monotonic() < deadline:
                tour.pause(0.5)
            assert refused
            page.wait_for_function(
                "() => document.querySelector('video').currentTime > 3",
                timeout=60_000,
            )
            assert page.evaluate("document.querySelector('video').src.slice(0, 5)") == (
                "blob:"
            )
