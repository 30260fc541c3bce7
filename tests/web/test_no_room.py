"""When nothing more can be written: pages are shown, and what is sent is refused.

The room is taken by a limit on the size of files, which any process may set for itself
and lift again. It meets the database only where this process writes it, so these run
on SQLite; tests/chaos/test_power.py fills a real disk under both engines.
"""

from __future__ import annotations

import hashlib
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from lms.catalogue.models import FilmPart
from lms.kernel.db import db
from lms.learning.ports import BeatBook
from lms.web.errors import machine_failed
from tests.conftest import Browser, HandClock
from tests.make.editor import Desk, film
from tests.web.study.test_lane import Pupil

pytestmark = pytest.mark.usefixtures("on_files")


@pytest.fixture
def on_files(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("here the server writes, not this process")


@pytest.fixture
def me(app: Flask, clock: HandClock, browser_of: Callable[..., Browser]) -> Pupil:
    return Pupil(app, clock, browser_of)


@pytest.fixture
def desk(begin: Callable[..., Any], browser_of: Callable[..., Browser]) -> Desk:
    return Desk(begin, browser_of)


@contextmanager
def no_room(most: int = 0) -> Iterator[None]:
    """Let no file of this process grow beyond some bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_beat_is_refused_for_now_and_earns_when_it_comes_again(me: Pupil) -> None:
    me.beat()
    me.clock.pass_seconds(30)
    with no_room():
        answer = me.browser.post_json("/study/beat", me.body(30))

    assert answer.status_code == 503
    assert answer.json
    assert answer.json["code"] == "http.503"
    assert answer.headers["Retry-After"]
    assert me.credited == 30
    assert me.browser.post_json("/study/beat", me.body(30)).status_code == 200
    assert me.credited == 60


def test_a_beat_that_counts_is_not_lost_for_its_record(app: Flask, me: Pupil) -> None:
    """The raw record has no room, though the database has."""
    folder: Path = app.extensions["lms.settings"].data_dir / "beats"
    book = app.extensions["lms.ports"][BeatBook]
    me.beat()
    file = max(folder.glob("*/*.jsonl"), key=lambda one: one.stat().st_mtime)
    size = file.stat().st_size
    with no_room(size + 10):
        book.write("x" * 50)
        book.write("y" * 50)
    book.write("z")

    kept = file.read_bytes()[size:]
    file.unlink()
    assert kept == b"x" * 10 + b"\nz\n"


def test_pages_are_shown_when_nothing_can_be_written(me: Pupil) -> None:
    me.clock.pass_seconds(600)
    with no_room():
        shown = me.browser.get("/learn")

    assert shown.status_code == 200
    assert "系统繁忙" not in shown.text


def test_a_form_is_refused_in_words_and_taken_later(
    app: Flask, browser: Browser
) -> None:
    form = {"known_as": "13971234567"}
    with no_room():
        refused = browser.post("/account/sign-up", form)

    assert refused.status_code == 503
    assert "系统暂时无法保存" in refused.text
    db.session.remove()
    assert browser.post("/account/sign-up", form).status_code < 400


def test_a_part_of_a_film_without_room_leaves_no_trace(app: Flask, desk: Desk) -> None:
    folder = app.extensions["lms.settings"].uploads_dir
    before = set(folder.rglob("*"))
    body = film()[0].read()
    desk.author.post(desk.new_lesson, {"title": "现场", "kind": "film", "credit": "1"})
    (lesson,) = desk.lessons()
    begin = f"{desk.page}/lessons/{lesson.id}/film/begin"
    digest = hashlib.sha256(body).hexdigest()
    told = {"name": "现场.mp4", "size": len(body), "fingerprint": digest}
    job = desk.author.post_json(begin, told).get_json()
    headers = {"X-CSRFToken": desk.author.token(), "X-Part-SHA256": digest}

    def put() -> TestResponse:
        place = f"{job['part_url']}0"
        return desk.author.client.put(place, data=body, headers=headers)

    with no_room(10_000), put() as no:
        assert no.status_code == 503

    assert not [one for one in set(folder.rglob("*")) - before if one.is_file()]
    db.session.remove()
    assert not db.session.scalars(select(FilmPart)).all()
    with put() as yes:
        assert yes.status_code == 200
    new = set(folder.rglob("*")) - before
    assert len([one for one in new if one.is_file()]) == 1


def test_a_fault_of_ours_is_not_called_a_lack_of_room() -> None:
    with pytest.raises(OperationalError) as found:
        db.session.execute(text("SELECT nothing FROM nowhere"))

    assert not machine_failed(found.value)
    assert not machine_failed(FileNotFoundError(2, "no such file"))
