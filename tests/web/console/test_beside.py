"""Beside a film: captions as people type times, and questions pinned to a second."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from lms.catalogue import services
from lms.catalogue.rules import LessonKind
from lms.catalogue.services import LessonFactsIn
from tests.conftest import Browser
from tests.make import catalogue as make
from tests.make.editor import Desk
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]
Sign = Callable[..., Browser]
QUESTION = {
    "at": "0:12",
    "stem": "验收由谁组织？",
    "option0": "班组长",
    "option2": "项目负责人",
    "right2": "on",
    "why": "见规范。",
}


@pytest.fixture
def desk(begin: Begin, browser_of: Sign) -> Desk:
    made = Desk(begin, browser_of)
    with begin() as work:
        key = make.film(work, made.here)
        facts = LessonFactsIn("现场", LessonKind.FILM, 10, media_key=key)
        services.add_lesson(work, made.here, made.chapter, facts)
    return made


def place(desk: Desk) -> str:
    return f"{desk.page}/lessons/{desk.lessons()[0].id}/beside"


def test_captions_are_typed_row_by_row_and_kept_in_order(desk: Desk) -> None:
    rows = {
        "start": ["0:10", "1", "", "00:00:20,5"],
        "end": ["0:12.25", "0:03", "", "25"],
        "words": ["后浇筑", "先验槽 --> 再说", "", "再养护"],
    }
    answer = desk.author.post(f"{place(desk)}/captions", rows)
    assert answer.headers["Location"].endswith("/beside#captions")
    assert desk.lessons()[0].captions_vtt == (
        "WEBVTT\n\n"
        "00:00:01.000 --> 00:00:03.000\n先验槽 → 再说\n\n"
        "00:00:10.000 --> 00:00:12.250\n后浇筑\n\n"
        "00:00:20.500 --> 00:00:25.000\n再养护\n"
    )
    page = desk.author.get(place(desk)).text
    assert 'value="00:10.000"' in page
    desk.author.post(f"{place(desk)}/captions", {"start": "", "end": "", "words": ""})
    assert desk.lessons()[0].captions_vtt == ""


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"start": "十秒", "end": "0:12"}, "第 1 行：时间格式不对"),
        ({"start": "0:12", "end": "0:10"}, "第 1 行：字幕的结束时间早于开始时间"),
        ({"start": "9:00", "end": "9:02"}, "字幕超出了片长"),
    ],
)
def test_a_wrong_time_is_named_and_no_word_is_lost(
    desk: Desk, row: dict[str, str], told: str
) -> None:
    answer = desk.author.post(
        f"{place(desk)}/captions", row | {"words": "我打了很久的字"}
    )
    assert answer.status_code == 422
    assert told in answer.text
    assert "我打了很久的字" in answer.text
    assert desk.lessons()[0].captions_vtt == ""


def test_captions_come_as_a_file_in_any_code(desk: Desk) -> None:
    srt = "1\r\n00:00:01,000 --> 00:00:04,000\r\n先验槽\r\n"
    for sent in (srt.encode("gbk"), srt.encode("utf-16"), srt.encode()):
        answer = desk.author.post(
            f"{place(desk)}/captions",
            {"file": (io.BytesIO(sent), "字幕.srt")},
            content_type="multipart/form-data",
        )
        assert answer.status_code == 303
        assert "先验槽" in desk.lessons()[0].captions_vtt


def test_a_question_is_pinned_changed_and_taken_away(desk: Desk) -> None:
    here = f"{place(desk)}/questions"
    assert desk.author.post(here, QUESTION | {"at": ""}).status_code == 303
    assert desk.author.post(here, QUESTION).status_code == 303
    first, last = desk.lessons()[0].questions
    assert (first.at_second, last.at_second) == (12, None), "in the film's order"
    assert first.options == ("班组长", "项目负责人")
    assert first.key == {"1"}

    changed = QUESTION | {"at": "5", "stem": "由谁组织验收？"}
    desk.author.post(f"{here}/{last.id}", changed)
    first, last = desk.lessons()[0].questions
    assert (first.at_second, first.stem) == (5, "由谁组织验收？")
    page = desk.author.get(f"{desk.page}/lessons/{desk.lessons()[0].id}").text
    assert "@ 0:12" in page, "the plain form keeps the second too"

    desk.author.post(f"{here}/{first.id}/remove")
    (left,) = desk.lessons()[0].questions
    assert left.at_second == 12
    assert desk.author.post(f"{here}/{first.id}/remove").status_code == 404


@pytest.mark.parametrize(
    ("over", "told"),
    [
        ({"at": "9:00"}, "提问的时间超出了片长"),
        ({"at": "半分钟"}, "请写成 分:秒"),
        ({"right2": None}, "题目不完整"),
        ({"option0": ""}, "题目不完整"),
        ({"stem": " "}, "题目不完整"),
    ],
    ids=str,
)
def test_an_unsound_question_comes_back_as_typed(
    desk: Desk, over: dict[str, str | None], told: str
) -> None:
    fields = {k: v for k, v in (QUESTION | over).items() if v is not None}
    answer = desk.author.post(f"{place(desk)}/questions", fields)
    assert answer.status_code == 422
    assert told in answer.text
    assert "项目负责人" in answer.text
    assert not desk.lessons()[0].questions


def test_the_plain_form_keeps_a_questions_second(desk: Desk) -> None:
    lesson = f"{desk.page}/lessons/{desk.lessons()[0].id}"
    fields = {"title": "现场", "kind": "film", "credit": "0.1"}
    typed = "验收由谁组织？\n- 班组长\n* 项目负责人\n@ 0:30"
    assert desk.author.post(lesson, fields | {"questions": typed}).status_code == 303
    assert desk.lessons()[0].questions[0].at_second == 30
    wrong = desk.author.post(lesson, fields | {"questions": f"{typed}x"})
    assert wrong.status_code == 422
    assert "请写成 分:秒" in wrong.text


def test_only_a_draft_with_a_film_is_written_beside(desk: Desk, begin: Begin) -> None:
    address = place(desk)
    assert desk.manager.get(address).status_code == 403
    with begin() as work:
        services.submit(work, desk.here, desk.version)
    assert desk.author.get(address).status_code == 409
    assert desk.author.post(f"{address}/questions", QUESTION).status_code == 409
