"""The course editor: what an author writes and a manager publishes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from lms.accounts.rules import Role
from lms.catalogue import queries, services
from lms.catalogue.rules import LessonKind, VersionState
from lms.jobs.demo import content
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, VersionId
from lms.kernel.settings import Settings
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import catalogue as make

Begin = Callable[..., Any]
Sign = Callable[..., Browser]

COURSE = {
    "title": "脚手架搭设与验收",
    "specialty": "building",
    "track": "elective",
    "year": "2026",
    "price": "30",
    "teacher": "高老师",
    "teacher_title": "工程师",
    "summary": "连墙件 & 剪刀撑\n\n逐项过一遍",
}
TEXT = {
    "title": "读方案",
    "kind": "document",
    "credit": "1",
    "minutes": "0.83",
    "body": "<p>我写了很久的正文</p>",
}
VTT = "WEBVTT\n\n00:01.000 --> 00:04.000\n先验槽，后浇筑\n"
QUESTIONS = """连墙件缺失时怎么办？
* 停止作业并补设
- 下班后再补
? 缺失会使架体失稳。

验收由谁组织？
- 班组长
* 项目负责人"""


class Desk:
    """One association with an author and a manager, and a draft with one chapter."""

    def __init__(self, begin: Begin, sign: Sign, **over: object) -> None:
        with begin() as work:
            self.here: AssociationId = make.association(work, **over)
            accounts = [
                make_accounts.staff(
                    work, role, association_id=self.here, email=f"{role}@demo.example"
                )
                for role in (Role.AUTHOR, Role.MANAGER)
            ]
            self.version: VersionId = services.draft_course(
                work, self.here, make.facts()
            )
            self.chapter: UUID = services.add_chapter(
                work, self.here, self.version, "第一章"
            )
        self.author, self.manager = (sign(each) for each in accounts)
        self.page = f"/console/courses/{self.version}"
        self.new_lesson = f"{self.page}/chapters/{self.chapter}/lessons/new"

    def lessons(self) -> list[queries.LessonCard]:
        db.session.rollback()
        lines = queries.lesson_lines(db.session(), self.version)
        return [queries.lesson(db.session(), line.id) for line in lines]

    def state(self) -> VersionState:
        db.session.rollback()
        return queries.version(db.session(), self.version).state


@pytest.fixture
def desk(begin: Begin, browser_of: Sign) -> Desk:
    return Desk(begin, browser_of)


def film(more: int = 0) -> tuple[io.BytesIO, str]:
    """A real film, made longer by an empty box that players skip."""
    body = content.film_path("film-11").read_bytes()
    if more:
        body += more.to_bytes(4, "big") + b"free" + bytes(more - 8)
    return io.BytesIO(body), "现场.mp4"


def upload(visitor: Browser, url: str) -> TestResponse:
    """Send a film of three megabytes, packed here: the client leaves files open."""
    sent = FileStorage(*film(3 * 2**20))
    fields = {"title": "现场", "kind": "film", "credit": "1", "film": sent}
    boundary, body = encode_multipart(fields)
    kind = f'multipart/form-data; boundary="{boundary}"'
    headers = {"X-CSRFToken": visitor.token()}
    return visitor.client.post(url, data=body, content_type=kind, headers=headers)


def shelf(settings: Settings) -> list[Path]:
    return [one for one in (settings.data_dir / "media").glob("*") if one.is_file()]


def test_an_author_begins_a_course(desk: Desk) -> None:
    answer = desk.author.post("/console/courses/new", COURSE)

    assert answer.status_code == 303
    page = desk.author.get(answer.location).text
    assert "脚手架搭设与验收" in page
    assert "还没有章节" in page
    made = queries.version(db.session(), UUID(answer.location.rsplit("/", 1)[1]))
    assert (made.price, made.association_id) == (3_000, desk.here)
    assert made.summary_html == "<p>连墙件 &amp; 剪刀撑</p><p>逐项过一遍</p>"


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"price": "-1"},
        {"price": "NaN"},
        {"price": "sNaN"},
        {"price": "Infinity"},
        {"price": ""},
        {"price": "0"},
        {"price": "", "free": ""},
        {"price": "30", "free": "y"},
        {"specialty": ""},
        {"track": ""},
        {"year": "1999"},
        {"track": "sometimes"},
        {"specialty": "magic"},
    ],
    ids=str,
)
def test_unsound_facts_come_back_with_what_was_typed(
    desk: Desk, wrong: dict[str, str]
) -> None:
    answer = desk.author.post("/console/courses/new", COURSE | wrong)

    assert answer.status_code == 422
    assert "连墙件 &amp; 剪刀撑" in answer.text


def test_nothing_that_costs_is_chosen_beforehand(desk: Desk) -> None:
    page = desk.author.get("/console/courses/new").text

    assert page.count('<option value="">请选择</option>') == 2
    assert "<option selected" not in page
    (price,) = re.findall(r'<input[^>]*name="price"[^>]*>', page)
    assert 'value=""' in price


def test_a_course_is_free_only_when_that_is_said(desk: Desk) -> None:
    free = COURSE | {"price": "", "free": "y", "specialty": "common"}
    begun = desk.author.post("/console/courses/new", free)
    assert begun.status_code == 303
    made = queries.version(db.session(), UUID(begun.location.rsplit("/", 1)[1]))
    assert (made.price, made.specialty) == (0, None)

    shown = desk.author.get(f"{begun.location}/facts").text
    assert re.search(r'name="free"[^>]*checked|checked[^>]*name="free"', shown)
    again = desk.author.post(f"{begun.location}/facts", free)
    assert again.status_code == 303
    refused = desk.author.post("/console/courses/new", COURSE | {"price": "0"})
    assert "不收费的请勾选“免费课程”" in refused.text


def test_a_teacher_without_a_title_leaves_no_dot(desk: Desk) -> None:
    begun = desk.author.post("/console/courses/new", COURSE | {"teacher_title": ""})
    (told,) = re.findall(
        r"主讲</dt>\s*<dd>\s*(.*?)\s*</dd>", desk.author.get(begun.location).text
    )
    assert told == "高老师"


@pytest.mark.parametrize(
    ("kind", "there", "absent"),
    [
        ("film", {"film", "captions", "captions_file"}, {"minutes"}),
        ("document", {"body", "minutes"}, {"film", "captions"}),
        ("quiz", {"questions"}, {"film", "captions", "body"}),
    ],
)
def test_a_lesson_asks_for_what_its_kind_needs(
    desk: Desk, kind: str, there: set[str], absent: set[str]
) -> None:
    page = desk.author.get(f"{desk.new_lesson}?kind={kind}").text

    named = set(re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', page))
    assert there <= named
    assert not absent & named


def test_a_film_lesson_wants_its_film_once(desk: Desk) -> None:
    fields = {"title": "现场", "kind": "film", "credit": "1"}
    page = desk.author.get(f"{desk.new_lesson}?kind=film").text
    assert "required" in re.findall(r'<input[^>]*name="film"[^>]*>', page)[0]

    refused = desk.author.post(desk.new_lesson, fields)
    assert refused.status_code == 422
    assert "请选择视频文件" in refused.text
    upload(desk.author, desk.new_lesson)
    (kept,) = desk.lessons()
    saved = desk.author.post(f"{desk.page}/lessons/{kept.id}", fields | {"title": "改"})
    assert saved.status_code == 303
    (again,) = desk.lessons()
    assert (again.title, again.duration_seconds) == ("改", 48)


def test_a_quiz_keeps_to_its_questions(desk: Desk) -> None:
    quiz = {"title": "小测", "kind": "quiz"}
    assert desk.author.post(desk.new_lesson, quiz).status_code == 422
    kept = desk.author.post(desk.new_lesson, quiz | {"questions": QUESTIONS})
    assert kept.status_code == 303
    (lesson,) = desk.lessons()
    assert (lesson.credit, len(lesson.questions)) == (0, 2)


def test_marks_in_captions_go_and_the_author_is_told(desk: Desk) -> None:
    marked = (
        "WEBVTT\n\n00:01.000 --> 00:04.000\n"
        "<v 张工><b>先验槽</b>，<00:02.000><c.red>后浇筑</c></v> 1 < 2 > 0\n"
    )
    told = desk.author.post(
        desk.new_lesson, TEXT | {"captions": marked}, follow_redirects=True
    )
    assert "字幕里的格式标记" in told.text
    (kept,) = desk.lessons()
    assert kept.captions_vtt.splitlines()[3] == "先验槽，后浇筑 1 < 2 > 0"


def test_a_draft_is_offered_for_publishing_when_nothing_is_missing(desk: Desk) -> None:
    page = desk.author.get(desk.page).text
    assert "发布前还需要" in page
    assert f'action="{desk.page}/submit"' not in page

    desk.author.post(desk.new_lesson, TEXT)
    page = desk.author.get(desk.page).text
    assert "发布前还需要" not in page
    assert f'action="{desk.page}/submit"' in page


def test_a_film_of_more_than_two_megabytes_comes_in(desk: Desk) -> None:
    assert upload(desk.author, desk.new_lesson).status_code == 303
    (kept,) = desk.lessons()
    assert kept.duration_seconds == 48
    page = desk.author.get(desk.page).text
    assert "0:48" in page
    address = f"{desk.page}/lessons/{kept.id}/film"
    with desk.author.get(address) as sent:
        assert sent.mimetype == "video/mp4"
        assert len(sent.data) > 3 * 2**20
    with desk.manager.get(address, headers={"Range": "bytes=4-7"}) as part:
        assert (part.status_code, part.data) == (206, b"ftyp")


def test_only_an_author_may_send_much(desk: Desk, browser: Browser) -> None:
    for visitor in (browser, desk.manager):
        assert upload(visitor, desk.new_lesson).status_code == 413


def test_what_is_no_film_is_refused_and_leaves_nothing(
    desk: Desk, settings: Settings
) -> None:
    before = shelf(settings)
    for sent in (b"MZ\x90\x00" * 99, b"\x00\x00\x00\x18ftypmp42" + bytes(999)):
        answer = desk.author.post(
            desk.new_lesson,
            {
                "title": "现场",
                "kind": "film",
                "credit": "1",
                "film": (io.BytesIO(sent), "现场.mp4"),
            },
            content_type="multipart/form-data",
        )
        assert answer.status_code == 422
        assert "这不是可以播放的视频文件" in answer.text
    assert shelf(settings) == before
    assert not desk.lessons()


def test_a_film_is_dropped_when_its_lesson_is_not_kept(
    desk: Desk, begin: Begin, settings: Settings
) -> None:
    with begin() as work:
        services.add_lesson(work, desk.here, desk.chapter, _text())
        services.submit(work, desk.here, desk.version)
    before = shelf(settings)

    answer = desk.author.post(
        desk.new_lesson,
        {"title": "现场", "kind": "film", "credit": "1", "film": film()},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 409
    assert shelf(settings) == before


def _text() -> services.LessonFactsIn:
    return services.LessonFactsIn("文", LessonKind.DOCUMENT, 100, 45, "<p>文</p>")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"captions": "第一句"}, "字幕不是有效的 WebVTT 文件"),
        ({"questions": "只有题干"}, "题目不完整"),
        ({"questions": "题干\n没有记号"}, "题目不完整"),
        ({"credit": "sNaN"}, "请检查标红的内容"),
        ({"credit": "1000"}, "请检查标红的内容"),
        ({"kind": "song"}, "请检查标红的内容"),
    ],
    ids=str,
)
def test_an_unsound_lesson_comes_back_with_its_text(
    desk: Desk, wrong: dict[str, str], told: str
) -> None:
    answer = desk.author.post(desk.new_lesson, TEXT | wrong)

    assert answer.status_code == 422
    assert told in answer.text
    assert "我写了很久的正文" in answer.text
    assert not desk.lessons()


def test_the_uploading_script_is_told_in_a_line(desk: Desk) -> None:
    accept = {"Accept": "application/json"}
    wrong = desk.author.post(
        desk.new_lesson, TEXT | {"captions": "第一句"}, headers=accept
    )
    assert wrong.status_code == 422
    assert "字幕不是有效的 WebVTT 文件" in wrong.get_json()["detail"]

    right = desk.author.post(desk.new_lesson, TEXT, headers=accept)
    assert right.get_json() == {"next": desk.page}


def test_captions_come_as_a_file(desk: Desk) -> None:
    for sent, status in (
        (("\ufeff" + VTT).encode(), 303),
        (VTT.encode("utf-16"), 422),
        (b"1\n00:00:01,000 --> 00:00:02,000\nx", 422),
    ):
        answer = desk.author.post(
            desk.new_lesson,
            TEXT | {"captions_file": (io.BytesIO(sent), "字幕.vtt")},
            content_type="multipart/form-data",
        )
        assert answer.status_code == status
    (kept,) = desk.lessons()
    assert kept.captions_vtt == VTT
    sent_back = desk.manager.get(f"{desk.page}/lessons/{kept.id}/captions.vtt")
    assert (sent_back.mimetype, sent_back.text) == ("text/vtt", VTT)


def test_saving_without_a_change_changes_nothing(desk: Desk) -> None:
    desk.author.post(desk.new_lesson, TEXT | {"questions": QUESTIONS, "captions": VTT})
    (first,) = desk.lessons()
    assert first.required_seconds == 50
    assert [question.key for question in first.questions] == [{"0"}, {"1"}]
    page = desk.author.get(f"{desk.page}/lessons/{first.id}").text
    assert "* 停止作业并补设\n- 下班后再补\n? 缺失会使架体失稳。" in page
    assert 'value="0.83"' in page

    answer = desk.author.post(
        f"{desk.page}/lessons/{first.id}",
        TEXT | {"questions": QUESTIONS, "captions": VTT},
    )
    assert answer.status_code == 303
    (again,) = desk.lessons()
    assert again.required_seconds == first.required_seconds
    assert [q.stem for q in again.questions] == [q.stem for q in first.questions]


def test_a_manager_looks_before_publishing(desk: Desk) -> None:
    desk.author.post(desk.new_lesson, TEXT | {"questions": QUESTIONS})
    (kept,) = desk.lessons()

    page = desk.manager.get(f"{desk.page}/lessons/{kept.id}/look").text
    assert "我写了很久的正文" in page
    assert "停止作业并补设" in page
    assert page.count("（正确）") == 2
    assert desk.manager.get(f"{desk.page}/lessons/{kept.id}").status_code == 403


def test_chapters_are_named_and_moved(desk: Desk) -> None:
    desk.author.post(f"{desk.page}/chapters", {"title": "第二章"})
    desk.author.post(f"{desk.page}/chapters/{desk.chapter}/name", {"title": "总论"})
    desk.author.post(f"{desk.page}/chapters/{desk.chapter}/down")

    titles = [one.title for one in queries.outline(db.session(), desk.version)]
    assert titles == ["第二章", "总论"]
    page = desk.author.get(desk.page).text
    assert page.index("第二章") < page.index("总论")


def test_the_author_asks_and_the_manager_publishes(
    begin: Begin, browser_of: Sign, browser: Browser
) -> None:
    desk = Desk(begin, browser_of, two_person=True)
    desk.author.post(desk.new_lesson, TEXT | {"minutes": "0.5"})
    refused = desk.author.post(f"{desk.page}/submit")
    assert refused.status_code == 422
    assert "时长不足以支撑所填学时" in refused.text
    (lesson,) = desk.lessons()
    desk.author.post(f"{desk.page}/lessons/{lesson.id}", TEXT)

    early = desk.manager.post(f"{desk.page}/publish")
    assert early.status_code == 409
    assert "还没有提交" in early.text
    assert ">发布</button>" not in desk.manager.get(desk.page).text
    assert desk.author.post(f"{desk.page}/publish").status_code == 403

    desk.author.post(f"{desk.page}/submit")
    desk.manager.post(f"{desk.page}/send-back", {"reason": "补字幕"})
    assert desk.state() is VersionState.DRAFT
    desk.author.post(f"{desk.page}/submit")
    assert ">发布</button>" in desk.manager.get(desk.page).text
    assert desk.manager.post(f"{desk.page}/publish").status_code == 303
    assert "建筑工程质量控制要点" in browser.get("/courses").text

    changed = desk.author.post(f"{desk.page}/facts", COURSE)
    assert changed.status_code == 409
    assert "只有草稿可以修改" in changed.text


def test_what_is_on_sale_is_reached_from_its_draft(desk: Desk) -> None:
    desk.author.post(desk.new_lesson, TEXT)
    desk.manager.post(f"{desk.page}/publish")
    draft = desk.author.post(f"{desk.page}/new-version").location

    assert f'href="{desk.page}"' in desk.manager.get(draft).text
    desk.manager.post(f"{desk.page}/withdraw")
    assert desk.state() is VersionState.WITHDRAWN


def test_another_association_finds_nothing(
    desk: Desk, begin: Begin, browser_of: Sign
) -> None:
    desk.author.post(desk.new_lesson, TEXT)
    (lesson,) = desk.lessons()
    with begin() as work:
        there = make.association(work)
        foreign = make_accounts.staff(
            work, Role.AUTHOR, association_id=there, email="foreign@demo.example"
        )
    stranger = browser_of(foreign)

    assert "建筑工程质量控制要点" not in stranger.get("/console/courses").text
    for path in ("", "/facts", f"/lessons/{lesson.id}", f"/lessons/{lesson.id}/look"):
        assert stranger.get(f"{desk.page}{path}").status_code == 404
    assert stranger.post(desk.new_lesson, TEXT).status_code == 404
    assert stranger.post(f"{desk.page}/facts", COURSE).status_code == 404
    assert len(desk.lessons()) == 1


def test_the_desk_tells_what_waits(desk: Desk) -> None:
    desk.author.post(desk.new_lesson, TEXT)
    desk.author.post(f"{desk.page}/submit")

    page = desk.manager.get("/console").text
    assert "待发布" in page
    assert "新建课程" in desk.author.get("/console").text
    assert "新建课程" not in page
