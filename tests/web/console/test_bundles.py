"""A course as one file: what goes out comes in again, and nothing else does."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from lms.accounts.rules import Role
from lms.catalogue import queries
from lms.catalogue.models import CourseVersion, Document, Film, Lesson
from lms.catalogue.rules import VersionState
from lms.catalogue.rules.bundles import MANIFEST, SUMS
from lms.catalogue.services import bundles
from lms.kernel.db import db
from lms.kernel.errors import Refused
from lms.kernel.ids import VersionId
from lms.kernel.settings import Settings
from tests.conftest import Browser
from tests.make import accounts, papers
from tests.make import catalogue as make
from tests.make.editor import QUESTIONS, VTT, Desk, upload, work_on_films
from tests.web.console.test_documents import FACTS, draw, send

Begin = Callable[..., Any]
Sign = Callable[..., Browser]
IMPORT = "/console/courses/import"


@pytest.fixture
def desk(begin: Begin, browser_of: Sign) -> Desk:
    return Desk(begin, browser_of)


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A draft with a film, a document and words, each with what belongs to it."""
    fields = {"title": "现场", "kind": "film", "credit": "1"}
    made = desk.author.post(desk.new_lesson, fields).headers["Location"]
    upload(desk.author, f"{made}/film")
    work_on_films(desk)
    more = {"captions": VTT, "questions": QUESTIONS + "\n@ 0:20", "body": "要点"}
    assert desk.author.post(made, fields | more).status_code == 303
    assert send(desk.author, desk.new_lesson, papers.pdf(), FACTS).status_code == 303
    draw(desk)
    return desk


def taken(desk: Desk, media: int = 0) -> bytes:
    answer = desk.author.get(f"{desk.page}/file?media={media}", buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    body: bytes = answer.data
    return body


def bring(visitor: Browser, body: bytes) -> TestResponse:
    sent = FileStorage(io.BytesIO(body), "课程.zip")
    boundary, packed = encode_multipart({"file": sent})
    return visitor.client.post(
        IMPORT,
        data=packed,
        content_type=f'multipart/form-data; boundary="{boundary}"',
        headers={"X-CSRFToken": visitor.token()},
    )


def made_of(answer: TestResponse) -> VersionId:
    """Name the draft that an import led to."""
    assert answer.status_code == 303, answer.text
    return VersionId(UUID(answer.headers["Location"].rsplit("/", 1)[1]))


def count() -> tuple[int, ...]:
    """Count all that an import could leave behind in the database."""
    db.session.rollback()
    return tuple(
        db.session.scalar(select(func.count()).select_from(one)) or 0
        for one in (CourseVersion, Lesson, Film, Document)
    )


def told(version: VersionId) -> list[dict[str, Any]]:
    """Say what a version's lessons are, but for their names in the database."""
    db.session.rollback()
    packed = queries.packed(db.session(), version, bodies=False)
    chapters: list[dict[str, Any]] = packed.manifest["chapters"]
    return chapters


def test_what_went_out_comes_in_as_a_draft_of_another_course(filled: Desk) -> None:
    body = taken(filled)

    answer = bring(filled.author, body)

    made = made_of(answer)
    db.session.rollback()
    version = queries.version(db.session(), made)
    assert version.state is VersionState.DRAFT
    assert version.course_id != queries.version(db.session(), filled.version).course_id
    assert told(made) == told(filled.version)
    assert not queries.missing(db.session(), version.id)
    lessons = [queries.lesson(db.session(), one.id) for one in version.lessons]
    film, paper = lessons
    assert (film.questions[1].at_second, film.duration_seconds) == (20, 48)
    assert queries.plays(db.session(), film.film_id) is not None
    assert len(queries.pages(db.session(), paper.document_id)) == 3


def test_one_course_is_one_file_byte_for_byte(filled: Desk) -> None:
    assert taken(filled, 1) == taken(filled, 1)
    names = set(zipfile.ZipFile(io.BytesIO(taken(filled, 1))).namelist())
    assert {name.rsplit(".")[-1] for name in names} == {
        "json",
        "SHA256SUMS",
        "mp4",
        "pdf",
    }


def test_another_association_gets_films_and_documents_by_their_bodies(
    filled: Desk, begin: Begin, browser_of: Sign, settings: Settings
) -> None:
    thin, whole = taken(filled), taken(filled, 1)
    other = Other(begin, browser_of)

    without = bring(other.author, thin)
    assert "请补传" in other.author.get(without.headers["Location"]).text
    answer = bring(other.author, whole)

    other.version = made_of(answer)
    db.session.rollback()
    waits = {code for code, _t in queries.missing(db.session(), other.version)}
    assert {"lesson.film_checking", "lesson.document_waiting"} <= waits
    work_on_films(other)
    draw(other)
    db.session.rollback()
    assert not queries.missing(db.session(), other.version)
    assert list(settings.uploads_dir.glob("*/source")) == []


class Other(Desk):
    """An author of another association, with nothing on its shelf."""

    def __init__(self, begin: Begin, sign: Sign) -> None:
        with begin() as work:
            self.here = make.association(work)
            account = accounts.staff(work, Role.AUTHOR, association_id=self.here)
        self.author = sign(account)


def packed(manifest: Any, files: Mapping[str, bytes] | None = None) -> bytes:
    """Pack a file as the house does, of anything at all."""
    text = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
    entries = {MANIFEST: text, **(files or {})}
    sums = "".join(
        f"{hashlib.sha256(one).hexdigest()}  {name}\n" for name, one in entries.items()
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, one in entries.items():
            made.writestr(name, one)
        made.writestr(SUMS, sums)
    return out.getvalue()


def sound() -> dict[str, Any]:
    return {
        "format": "xueshi-course/1",
        "course": {
            "title": "脚手架",
            "summary_html": "<p>好<script>1</script></p>",
            "specialty": "building",
            "track": "required",
            "price_fen": 100,
            "teacher": "高老师",
            "year": 2026,
        },
        "chapters": [
            {
                "title": "一",
                "lessons": [
                    {
                        "title": "文",
                        "kind": "document",
                        "credit": 100,
                        "required_seconds": 45,
                        "body_html": "<p onclick='x()'>文<img src=x onerror=y></p>",
                    }
                ],
            }
        ],
    }


def test_texts_that_come_in_are_cleaned_like_any_other(desk: Desk) -> None:
    answer = bring(desk.author, packed(sound()))
    desk.version = made_of(answer)
    (lesson,) = desk.lessons()
    assert lesson.body_html == "<p>文</p>"
    db.session.rollback()
    assert queries.version(db.session(), desk.version).summary_html == "<p>好</p>"


NOBODY = {"sha256": "0" * 64, "size": 1}


def _faulty() -> dict[str, Any]:
    wrong = sound()
    wrong["course"] |= {"title": "", "price_fen": -1, "track": "some", "year": "2026"}
    lesson = wrong["chapters"][0]["lessons"][0]
    wrong["chapters"][0]["lessons"] = [
        lesson | {"title": "长" * 121},
        lesson | {"kind": "scorm"},
        lesson | {"credit": 1e9},
        lesson | {"captions": "no captions"},
        lesson | {"questions": [{"stem": "谁？", "options": ["甲"], "key": [0]}]},
        lesson | {"document": NOBODY | {"file": "../../etc/x.pdf"}},
        lesson | {"document": NOBODY | {"file": f"media/{'0' * 64}.pdf"}},
        lesson | {"body_html": "\0"},
        [],
    ]  # fmt: skip
    return wrong


def test_all_that_is_wrong_is_listed_by_its_place_and_nothing_is_made(
    desk: Desk,
) -> None:
    before = count()
    answer = bring(desk.author, packed(_faulty()))

    assert answer.status_code == 422
    for place in ("课程信息", *(f"第 1 章第 {n} 课" for n in range(1, 10))):
        assert place in answer.text, place
    assert "什么都没有改动" in answer.text
    assert count() == before


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(MANIFEST, b" " * (9 * 2**20))
        made.writestr(SUMS, f"{'0' * 64}  {MANIFEST}\n")
    return out.getvalue()


def _lying(body: bytes) -> bytes:
    """Say of the manifest that it is a hundred bytes long, in both of its places."""
    with zipfile.ZipFile(io.BytesIO(body)) as made:
        size = made.getinfo(MANIFEST).file_size
    return body.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))


def _named(name: str, *, link: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        entry = zipfile.ZipInfo(name)
        if link:
            entry.external_attr = 0o120777 << 16
        made.writestr(entry, b"/etc/passwd")
        made.writestr(MANIFEST, b"{}")
        made.writestr(SUMS, b"")
    return out.getvalue()


def _twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(SUMS, b"")
        made.writestr(MANIFEST, b"{}")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr(MANIFEST, b"[]")
    return out.getvalue()


def _swapped() -> bytes:
    name = f"media/{hashlib.sha256(b'%PDF-1').hexdigest()}.pdf"
    told = sound()
    return packed(told, {name: b"another body"})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (lambda: b"", "已损坏"),
        (lambda: b"PK\x03\x04" + bytes(500), "已损坏"),
        (lambda: packed(sound())[:-40], "已损坏"),
        (lambda: _lying(packed(sound())), ""),
        (lambda: packed(b"["), "不是从本系统导出"),
        (lambda: packed(b"[" * 100_000), "不是从本系统导出"),
        (lambda: packed({"format": "other/1"}), "不是从本系统导出"),
        (lambda: packed(sound() | {"format": "xueshi-course/2"}), "不是从本系统导出"),
        (lambda: _named("../../etc/cron.d/x"), "不该有的内容"),
        (lambda: _named("media/../course.json"), "不该有的内容"),
        (lambda: _named("/etc/passwd"), "不该有的内容"),
        (lambda: _named(f"media/{'0' * 64}.php"), "不该有的内容"),
        (lambda: _named(f"media/{'0' * 64}.mp4", link=True), "摘要"),
        (_twice, "不该有的内容"),
        (_bomb, "512 MB"),
        (_swapped, "摘要不符"),
        (lambda: packed(sound()).replace(b"SHA256SUMS", b"SHA256SUMZ"), "不该有的内容"),
    ],
)
def test_a_file_that_lies_leaves_nothing_and_is_told_why(
    desk: Desk, settings: Settings, body: Callable[[], bytes], said: str
) -> None:
    before, disk = count(), _disk(settings)

    answer = bring(desk.author, body())

    assert answer.status_code == 422
    assert said in answer.text
    assert count() == before
    assert _disk(settings) == disk


def _disk(settings: Settings) -> set[str]:
    return {str(one) for one in settings.uploads_dir.rglob("*") if one.is_file()}


def test_a_manifest_changed_by_one_letter_is_known_by_its_digest(desk: Desk) -> None:
    body = packed(sound())
    with zipfile.ZipFile(io.BytesIO(body)) as old:
        sums, text = old.read(SUMS), old.read(MANIFEST)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(MANIFEST, text.replace(b'"credit": 100', b'"credit": 900'))
        made.writestr(SUMS, sums)
    answer = bring(desk.author, out.getvalue())
    assert answer.status_code == 422
    assert "course.json 与它的摘要不符" in answer.text


def test_a_body_without_a_lesson_is_a_fault(desk: Desk) -> None:
    body = papers.pdf()
    name = f"media/{hashlib.sha256(body).hexdigest()}.pdf"
    answer = bring(desk.author, packed(sound(), {name: body}))
    assert (answer.status_code, "没有课时使用" in answer.text) == (422, True)


def _with_paper(body: bytes) -> bytes:
    digest = hashlib.sha256(body).hexdigest()
    name = f"media/{digest}.pdf"
    whole = sound()
    whole["chapters"][0]["lessons"][0]["document"] = {
        "sha256": digest, "size": len(body), "name": "a.pdf", "file": name,
    }  # fmt: skip
    return packed(whole, {name: body})


def test_a_body_that_is_no_document_leaves_nothing(
    desk: Desk, settings: Settings
) -> None:
    before, disk = count(), _disk(settings)
    answer = bring(desk.author, _with_paper(b"MZ no pdf"))
    assert answer.status_code == 422
    assert "不是 PDF 文件" in answer.text
    assert (count(), _disk(settings)) == (before, disk)


@pytest.mark.parametrize("step", ["_document", "_add"])
def test_an_import_that_breaks_half_way_leaves_nothing(
    desk: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def breaks(*_args: Any) -> None:
        raise Refused("film.room")

    before, disk = count(), _disk(settings)
    monkeypatch.setattr(bundles, step, breaks)

    assert bring(desk.author, _with_paper(papers.pdf())).status_code == 422

    assert (count(), _disk(settings)) == (before, disk)


def test_a_manager_takes_a_course_away_but_brings_none_in(desk: Desk) -> None:
    assert desk.manager.get(f"{desk.page}/file", buffered=True).status_code == 200
    assert bring(desk.manager, packed(sound())).status_code == 403


def test_an_imported_course_is_published_by_a_second_person(
    begin: Begin, browser_of: Sign
) -> None:
    desk = Desk(begin, browser_of, two_person=True)
    desk.version = made_of(bring(desk.author, packed(sound())))
    place = desk.page = f"/console/courses/{desk.version}"

    assert desk.author.post(f"{place}/publish").status_code == 403
    assert desk.publish().status_code == 409
    desk.author.post(f"{place}/submit")
    assert desk.publish().status_code == 303
    assert desk.state() is VersionState.PUBLISHED
