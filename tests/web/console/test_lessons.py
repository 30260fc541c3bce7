"""The lessons of a draft: films, texts, questions, captions."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from lms.catalogue import services
from lms.catalogue.rules import LessonKind
from lms.kernel.settings import Settings
from tests.conftest import Browser
from tests.make.editor import (
    QUESTIONS,
    TEXT,
    VTT,
    Desk,
    film,
    shelf,
    upload,
    work_on_films,
)

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


@pytest.fixture
def desk(begin: Begin, browser_of: Sign) -> Desk:
    return Desk(begin, browser_of)


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


def test_a_film_may_follow_its_lesson(desk: Desk) -> None:
    fields = {"title": "现场", "kind": "film", "credit": "1"}
    saved = desk.author.post(desk.new_lesson, fields)
    (kept,) = desk.lessons()
    lesson = f"{desk.page}/lessons/{kept.id}"
    assert saved.headers["Location"] == lesson
    assert "没有上传视频" in desk.author.get(desk.page).text
    page = desk.author.get(lesson).text
    assert f'data-film-begin="{lesson}/film/begin"' in page

    upload(desk.author, f"{lesson}/film")
    work_on_films(desk)
    again = desk.author.post(lesson, fields | {"title": "改"})
    assert again.status_code == 303
    (film_lesson,) = desk.lessons()
    assert (film_lesson.title, film_lesson.duration_seconds) == ("改", 48)


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


def test_a_film_in_one_piece_comes_in_and_plays_by_ranges(desk: Desk) -> None:
    assert upload(desk.author, desk.new_lesson).status_code == 303
    (kept,) = desk.lessons()
    assert kept.media_key is None
    assert "视频正在检查" in desk.author.get(desk.page).text
    work_on_films(desk)
    (kept,) = desk.lessons()
    assert kept.duration_seconds == 48
    page = desk.author.get(desk.page).text
    assert "0:48" in page
    address = f"{desk.page}/lessons/{kept.id}/film.mp4"
    with desk.author.get(address) as sent:
        assert sent.mimetype == "video/mp4"
    with desk.manager.get(address, headers={"Range": "bytes=4-7"}) as part:
        assert (part.status_code, part.data) == (206, b"ftyp")


def test_only_an_author_may_send_much(desk: Desk, browser: Browser) -> None:
    for visitor in (browser, desk.manager):
        assert upload(visitor, desk.new_lesson).status_code == 413


def test_what_is_no_film_is_refused_and_leaves_nothing_but_the_lesson(
    desk: Desk, settings: Settings
) -> None:
    before = shelf(settings)
    answer = desk.author.post(
        desk.new_lesson,
        {
            "title": "现场",
            "kind": "film",
            "credit": "1",
            "film": (io.BytesIO(b"MZ\x90\x00" * 99), "现场.mp4"),
        },
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    assert "这不是可以读取的视频文件" in answer.text
    assert shelf(settings) == before
    assert [one.title for one in desk.lessons()] == ["现场"]


def test_a_film_is_not_taken_for_what_is_no_draft(
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
        ({"captions": "第一句"}, "没有读到字幕：请用 SRT 或 WebVTT 格式（第 1 行）"),
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
    assert (
        "没有读到字幕：请用 SRT 或 WebVTT 格式（第 1 行）" in wrong.get_json()["detail"]
    )

    right = desk.author.post(desk.new_lesson, TEXT, headers=accept)
    assert right.get_json() == {"next": desk.page}


def test_captions_come_as_a_file(desk: Desk) -> None:
    srt = "1\n00:00:01,000 --> 00:00:04,000\n{\\an8}<i>先验槽</i>，后浇筑\n"
    for sent, status in (
        (("\ufeff" + VTT).encode(), 303),
        (VTT.encode("utf-16"), 303),
        (srt.encode("gbk"), 303),
        (b"PK\x03\x04 00:00:01,000 --> 00:00:02,000", 422),
        (b"WEBVTT\n\n00:04.000 --> 00:01.000\nx", 422),
    ):
        answer = desk.author.post(
            desk.new_lesson,
            TEXT | {"captions_file": (io.BytesIO(sent), "字幕.vtt")},
            content_type="multipart/form-data",
        )
        assert answer.status_code == status
    lessons = desk.lessons()
    assert len(lessons) == 3
    for kept in lessons:
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
