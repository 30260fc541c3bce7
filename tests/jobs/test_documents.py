"""Documents that came in are drawn page by page, whatever happens on the way."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar
from uuid import UUID

import pytest
from flask import Flask

from lms.catalogue import queries, services
from lms.catalogue.models import Document, Lesson
from lms.catalogue.ports import DocumentPress, MediaStore
from lms.catalogue.rules import LessonKind
from lms.catalogue.rules.documents import DocumentState
from lms.catalogue.services import LessonFactsIn, document_work
from lms.gateways import documents as gateway
from lms.gateways.documents import LocalDocumentPress
from lms.gateways.media import DiskStore
from lms.jobs import documents as job
from lms.kernel.db import db
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import new_id
from tests.conftest import HandClock
from tests.jobs.workshop import Begin, Workshop, drafted
from tests.make import catalogue as make
from tests.make import papers


@dataclass
class Press(Workshop):
    """A draft with one document lesson, and the disks that documents pass through."""

    doing: ClassVar[ModuleType] = job

    def upload(self, body: bytes) -> UUID:
        return papers.upload(self.ports, self.begin, self.here, self.lesson, body)

    def state(self, document_id: UUID) -> tuple[DocumentState, str | None]:
        db.session.rollback()
        row = db.session.get_one(Document, document_id)
        return row.state, row.reason

    def pages(self, document_id: UUID) -> tuple[queries.PageCard, ...]:
        db.session.rollback()
        return queries.pages(db.session(), document_id)

    def files(self) -> set[str]:
        return {one.name for one in self.folder.rglob("*") if one.is_file()}


@pytest.fixture
def press(app: Flask, begin: Begin, clock: HandClock, tmp_path: Path) -> Press:
    facts = LessonFactsIn("读方案", LessonKind.DOCUMENT, 100, required_seconds=45)
    store = DiskStore(tmp_path / "media")
    ports: dict[type[Any], Any] = {
        MediaStore: store,
        DocumentPress: LocalDocumentPress(tmp_path / "uploads", store),
    }
    return Press(begin, clock, ports, tmp_path, *drafted(begin, facts))


def test_a_document_becomes_pictures_and_words(press: Press) -> None:
    assert press.missing() == {"lesson.no_text"}
    made = press.upload(papers.pdf())
    assert press.missing() == {"lesson.document_waiting"}

    press.run()

    assert press.state(made) == (DocumentState.READY, None)
    assert not press.missing()
    found = press.pages(made)
    assert [page.text for page in found] == [f"Sheet number {n}" for n in (1, 2, 3)]
    assert {(page.width, page.height) for page in found} == {(1240, 1752)}
    row = db.session.get_one(Document, made)
    assert press.files() == {row.source_key, *(page.key for page in found)}
    on_disk = (press.folder / "media").iterdir()
    assert row.kept_bytes == sum(one.stat().st_size for one in on_disk)
    assert queries.room(db.session(), press.here).used == row.kept_bytes


def test_a_document_whose_pages_get_no_time_is_not_published(press: Press) -> None:
    press.upload(papers.pdf(16))
    press.run()

    assert press.missing() == {"lesson.pages_short"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(papers.locked("u"), "document.locked", id="a password"),
        pytest.param(papers.locked(), "document.locked", id="restrictions"),
        pytest.param(papers.pdf(201), "document.pages", id="too many pages"),
        pytest.param(papers.pdf(1, (30, 30)), "document.page_size", id="a dot"),
        pytest.param(papers.pdf(1, (40, 4000)), "document.page_size", id="a ribbon"),
        pytest.param(papers.pdf(1, (15_000, 9000)), "document.page_size", id="a wall"),
        pytest.param(b"%PDF-1.7\n" + bytes(999) + b"%%EOF", "document.unreadable",
                     id="a head and an end"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_fails_with_its_reason(
    press: Press, body: bytes, code: str
) -> None:
    made = press.upload(body)
    press.run()

    assert press.state(made) == (DocumentState.FAILED, code)
    assert press.missing() == {"lesson.document_failed"}
    assert not press.pages(made)
    assert press.files() == {"source.pdf"}
    with press.begin() as work:
        services.retry_document(work, press.here, press.lesson)
    assert press.state(made) == (DocumentState.WAITING, None)


def test_a_script_in_a_document_does_not_come_out_with_it(press: Press) -> None:
    """Pictures and words are all that leaves the room; nothing is run in it."""
    made = press.upload(papers.scripted())
    press.run()

    assert press.state(made)[0] is DocumentState.READY
    assert len(press.pages(made)) == 3


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "document.empty"),
        (b"PK\x03\x04 a word file", "document.not_a_pdf"),
        (b"%PDF-1.7 cut off", "document.not_a_pdf"),
        (papers.pdf() + bytes(3000), "document.not_a_pdf"),
        (papers.pdf() * 40, "document.big"),
    ],
)
def test_what_is_no_document_never_reaches_the_job(
    press: Press, body: bytes, code: str
) -> None:
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        press.ports[DocumentPress].take(new_id(), io.BytesIO(body), 40_000)
    assert not press.files()


def test_a_room_that_lies_about_its_pages_is_not_believed(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = gateway._followed

    def lies(*args: Any) -> list[dict[str, Any]]:
        found = real(*args)
        found[1]["n"] = 3
        return found

    monkeypatch.setattr(gateway, "_followed", lies)
    made = press.upload(papers.pdf())
    press.run()

    assert press.state(made) == (DocumentState.FAILED, "document.unreadable")


@pytest.mark.parametrize("step", ["draw", "store"])
def test_a_job_that_is_killed_leaves_a_document_for_the_next_one(
    press: Press, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    class Killed(BaseException):
        pass

    def die(*_args: Any, **_more: Any) -> None:
        raise Killed

    made = press.upload(papers.pdf())
    with monkeypatch.context() as patch:
        if step == "store":
            patch.setattr(document_work, "document_ready", die)
        else:
            patch.setattr(LocalDocumentPress, "draw", die)
        with pytest.raises(Killed):
            press.run()
    assert press.missing() == {"lesson.document_waiting"}
    press.run()
    assert press.state(made)[0] is DocumentState.WAITING, "it is still held"

    press.clock.pass_seconds(31)
    press.run()

    assert press.state(made)[0] is DocumentState.READY
    assert len(press.pages(made)) == 3


def test_a_document_that_ends_every_job_is_given_up(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_args: Any) -> None:
        raise Killed

    made = press.upload(papers.pdf())
    monkeypatch.setattr(LocalDocumentPress, "draw", die)
    for _time in range(3):
        with pytest.raises(Killed):
            press.run()
        press.clock.pass_seconds(31)
    press.run()

    assert press.state(made) == (DocumentState.FAILED, "document.stalled")


def test_who_sends_another_one_stops_the_first(press: Press) -> None:
    first = press.upload(papers.pdf())
    second = press.upload(papers.pdf(2))
    press.run()

    assert press.state(first)[0] is DocumentState.DROPPED
    assert len(press.pages(second)) == 2
    job.tidy(press.clock, press.ports)
    db.session.rollback()
    assert db.session.get(Document, first) is None
    assert not list(press.folder.rglob("source.pdf"))


def test_a_bought_version_keeps_its_document(press: Press) -> None:
    made = press.upload(papers.pdf())
    press.run()
    with press.begin() as work:
        services.publish(work, press.here, press.version)
    for deed in (services.drop_document, services.retry_document):
        with press.begin() as work, pytest.raises(Conflict, match="not_a_draft"):
            deed(work, press.here, press.lesson)
    with press.begin() as work:
        draft = services.new_version(work, press.here, press.version)
        copied = queries.lesson_lines(work.session, draft)[0].id
        services.drop_document(work, press.here, copied)

    press.clock.pass_days(3)
    job.tidy(press.clock, press.ports)

    assert len(press.pages(made)) == 3
    assert db.session.get_one(Lesson, press.lesson).document_id == made


def test_what_nobody_names_is_cleared_away_with_its_pictures(press: Press) -> None:
    press.upload(papers.pdf())
    press.run()
    with press.begin() as work:
        services.drop_document(work, press.here, press.lesson)
    assert len(press.files()) == 4

    press.clock.pass_days(2)
    job.tidy(press.clock, press.ports)
    with press.begin() as work:
        lost = services.forget_unnamed(work, press.files())

    assert len(lost) == 4
    db.session.rollback()
    assert not db.session.query(Document).count()


def test_another_associations_draft_takes_no_document(press: Press) -> None:
    with press.begin() as work:
        other = make.association(work)
    with pytest.raises(NotFound):
        papers.upload(press.ports, press.begin, other, press.lesson, papers.pdf())
