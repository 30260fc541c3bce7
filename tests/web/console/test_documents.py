"""A document through the door: sent, seen to, shown to who writes and who learns."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from lms.catalogue.rules import VersionState
from lms.jobs import documents
from lms.kernel.db import db
from tests.conftest import Browser
from tests.make import learning as make_learning
from tests.make import papers
from tests.make import people as make_people
from tests.make.editor import TEXT, Desk

Begin = Callable[..., Any]
Sign = Callable[..., Browser]
FACTS = {"title": "读方案", "kind": "document", "credit": "1", "minutes": "0.83"}


@pytest.fixture
def desk(begin: Begin, browser_of: Sign) -> Desk:
    return Desk(begin, browser_of)


def send(
    visitor: Browser, url: str, body: bytes, fields: dict[str, str] | None = None
) -> TestResponse:
    sent = FileStorage(io.BytesIO(body), "方案.pdf")
    boundary, packed = encode_multipart({**(fields or {}), "paper": sent})
    return visitor.client.post(
        url,
        data=packed,
        content_type=f'multipart/form-data; boundary="{boundary}"',
        headers={"X-CSRFToken": visitor.token(), "Accept": "text/html"},
    )


def draw(desk: Desk) -> None:
    app = desk.author.app
    documents.run(app.extensions["lms.clock"], app.extensions["lms.ports"])
    db.session.remove()


def a_lesson(desk: Desk, body: bytes | None = None) -> str:
    made = send(desk.author, desk.new_lesson, body or papers.pdf(), FACTS)
    assert made.status_code == 303, made.text
    return made.headers["Location"]


def test_a_document_may_come_with_its_lesson_and_stands_for_its_words(
    desk: Desk,
) -> None:
    lesson = a_lesson(desk)
    (kept,) = desk.lessons()
    assert lesson == f"{desk.page}/lessons/{kept.id}"
    assert "排队处理中" in desk.author.get(lesson).text
    assert "文档正在逐页处理" in desk.author.get(desk.page).text

    draw(desk)

    page = desk.author.get(lesson).text
    assert "3 页" in page
    saved = desk.author.post(lesson, FACTS | {"body": "", "title": "改"})
    assert saved.status_code == 303
    (again,) = desk.lessons()
    assert (again.title, again.document_id) == ("改", kept.document_id)


def test_a_lesson_without_words_or_document_is_asked_for_one(desk: Desk) -> None:
    answer = desk.author.post(desk.new_lesson, FACTS)
    assert answer.status_code == 422
    assert "请填写正文，或上传 PDF" in answer.text


def test_what_is_no_pdf_is_said_and_the_lesson_stays(desk: Desk) -> None:
    made = send(desk.author, desk.new_lesson, b"PK\x03\x04", FACTS)
    assert made.status_code == 303
    assert "这不是 PDF 文件" in desk.author.get(made.headers["Location"]).text
    (lesson,) = desk.lessons()
    assert lesson.document_id is None

    refused = send(desk.author, f"{made.headers['Location']}/document", b"PK\x03\x04")
    assert refused.status_code == 422
    assert "这不是 PDF 文件" in refused.text


def test_the_panel_tells_what_is_wrong_and_lets_go_of_it(desk: Desk) -> None:
    lesson = a_lesson(desk, papers.locked("u"))
    draw(desk)
    assert "有密码或限制" in desk.author.get(f"{lesson}/document").text
    assert desk.manager.get(f"{lesson}/document").status_code == 200

    assert desk.author.post(f"{lesson}/document/retry").status_code == 303
    assert "排队处理中" in desk.author.get(f"{lesson}/document").text
    assert desk.author.post(f"{lesson}/document/drop").status_code == 303
    assert "选择 PDF 文件" in desk.author.get(f"{lesson}/document").text


def test_a_manager_sends_no_document(desk: Desk) -> None:
    lesson = a_lesson(desk)
    assert send(desk.manager, f"{lesson}/document", papers.pdf()).status_code == 403


def test_learners_read_pages_under_their_own_addresses(
    desk: Desk, begin: Begin, browser_of: Sign
) -> None:
    a_lesson(desk)
    draw(desk)
    looked = desk.manager.get(f"{desk.page}/lessons/{desk.lessons()[0].id}/look").text
    assert looked.count("data-paper-page=") == 3
    assert "Sheet number 2" in looked
    desk.author.post(f"{desk.page}/submit")
    desk.publish()
    assert desk.state() is VersionState.PUBLISHED
    with begin() as work:
        person = make_people.person(work)
        mine = make_learning.enrolled(work, desk.version, person_id=person.person_id)[1]
    learner = browser_of(person.account_id)

    page = learner.get(f"/study/{mine}/{desk.lessons()[0].id}").text

    assert 'data-starts="0 16 33"' in page
    assert "每页读够约 16 秒" in page
    addresses = re.findall(r'<img src="(/media/[^"]+)"', page.replace("&amp;", "&"))
    assert len(addresses) == 3
    picture = learner.get(addresses[0], buffered=True)
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    assert picture.data.startswith(b"\xff\xd8\xff")
    assert desk.manager.get(addresses[0]).status_code == 404, "another session's"


def test_words_alone_are_a_lesson_as_before(desk: Desk) -> None:
    assert desk.author.post(desk.new_lesson, TEXT).status_code == 303
    (lesson,) = desk.lessons()
    assert lesson.document_id is None
    assert (
        "data-pages"
        not in desk.author.get(f"{desk.page}/lessons/{lesson.id}/look").text
    )


def test_a_text_is_shown_as_it_will_be_kept_and_nothing_is_written(desk: Desk) -> None:
    typed = "<h3>一</h3><p onclick='x()'>好<script>1</script></p><img src=x onerror=y>"
    told = desk.author.post("/console/courses/preview", {"body": typed, "title": "读"})
    assert told.status_code == 200
    assert "<h3>一</h3><p>好</p>" in told.text
    assert "onerror" not in told.text
    plain = desk.author.post("/console/courses/preview", {"body": "一行\n\n二 & 三"})
    assert "<p>一行</p><p>二 &amp; 三</p>" in plain.text
    assert desk.manager.post("/console/courses/preview", {}).status_code == 403
    assert desk.lessons() == []
