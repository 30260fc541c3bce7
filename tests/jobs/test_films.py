"""Films that came in are made ready, whatever happens to the job on the way."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.catalogue import queries, services
from lms.catalogue.models import Film, Lesson, MediaFile, Rendition
from lms.catalogue.ports import FilmLab, MediaStore, PartShelf
from lms.catalogue.rules import FilmState, LessonKind, VersionState
from lms.catalogue.services import LessonFactsIn, film_work
from lms.gateways.media import DiskStore
from lms.gateways.media_lab import LocalFilmLab
from lms.gateways.media_parts import DiskParts, source_of
from lms.jobs import films as job
from lms.kernel.db import db
from lms.kernel.errors import Conflict, Refused
from tests.conftest import HandClock
from tests.jobs.workshop import Begin, Workshop, drafted
from tests.make import films as make_films


@dataclass
class Studio(Workshop):
    """A draft with one film lesson, and the disks that films pass through."""

    doing: ClassVar[ModuleType] = job

    def upload(self, body: bytes) -> UUID:
        return make_films.upload(self.ports, self.begin, self.here, self.lesson, body)

    def film(self, film_id: UUID) -> queries.FilmCard:
        db.session.rollback()
        return queries.film(db.session(), film_id)

    def shelf(self) -> set[str]:
        media = self.folder / "media"
        return {f.name for f in media.iterdir()} if media.is_dir() else set()


@pytest.fixture
def studio(app: Flask, begin: Begin, clock: HandClock, tmp_path: Path) -> Studio:
    facts = LessonFactsIn("现场", LessonKind.FILM, 10)
    store = DiskStore(tmp_path / "media")
    up = tmp_path / "uploads"
    ports: dict[type[Any], Any] = {
        MediaStore: store,
        PartShelf: DiskParts(up),
        FilmLab: LocalFilmLab(up, store),
    }
    return Studio(begin, clock, ports, tmp_path, *drafted(begin, facts))


def test_a_film_is_made_ready_in_two_qualities(studio: Studio) -> None:
    body = make_films.film()
    film_id = studio.upload(body)
    assert studio.missing() == {"lesson.film_checking", "lesson.too_short"}

    studio.run()

    assert studio.film(film_id).state is FilmState.READY
    assert not studio.missing()
    play = queries.plays(db.session(), film_id)
    assert play is not None
    assert [(q.width, q.height) for q in play.qualities] == [(640, 480), (480, 360)]
    assert {q.codecs for q in play.qualities} == {"avc1.4d401f,mp4a.40.2"}
    assert play.seconds == 8
    for one in play.qualities:
        assert sum(ms for ms, _at, _size in one.pieces) == pytest.approx(8000, abs=200)
        assert one.pieces[0][1] == one.head_bytes
    row = db.session.get_one(Film, film_id)
    assert row.sha256 == hashlib.sha256(body).hexdigest()
    lesson = db.session.get_one(Lesson, studio.lesson)
    assert (lesson.media_key, lesson.duration_seconds) == (play.media_key, 8)
    kept = {q.key for q in play.qualities} | {
        play.media_key,
        play.poster_key or "",
        play.sprite_key or "",
    }
    assert studio.shelf() == kept
    assert row.kept_bytes == sum(
        (studio.folder / "media" / k).stat().st_size for k in kept
    )
    assert not list((studio.folder / "uploads").iterdir())


def test_a_small_upright_film_without_sound_is_not_enlarged(studio: Studio) -> None:
    film_id = studio.upload(make_films.film(3, "180x320", "webm", sound=False))

    studio.run()

    play = queries.plays(db.session(), film_id)
    assert play is not None
    assert [(q.width, q.height, q.codecs) for q in play.qualities] == [
        (180, 320, "avc1.4d401f")
    ]


@pytest.mark.parametrize(
    "body", [b"MZ\x90\x00" * 999, b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"]
)
def test_what_does_not_begin_as_a_film_is_refused_with_its_first_part(
    studio: Studio, body: bytes
) -> None:
    with pytest.raises(Refused, match=r"film\.unreadable"):
        studio.upload(body)
    assert not [one for one in studio.folder.rglob("*") if one.is_file()]


HEAD = b"\x00\x00\x00\x18ftypmp42"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(HEAD + bytes(5000), "film.unreadable", id="a head alone"),
        pytest.param(HEAD + b"#EXTM3U\nfile:///etc/passwd\n", "film.unreadable",
                     id="a playlist behind a head"),
        pytest.param(b"\x1a\x45\xdf\xa3" + bytes(5000), "film.unreadable",
                     id="another head alone"),
        pytest.param(b"\x47" * 5000, "film.unreadable", id="a stream of nothing"),
    ],
)  # fmt: skip
def test_what_is_no_film_fails_with_its_reason(
    studio: Studio, body: bytes, code: str
) -> None:
    film_id = studio.upload(body)
    studio.run()

    card = studio.film(film_id)
    assert (card.state, card.reason) == (FilmState.FAILED, code)
    assert "lesson.film_failed" in studio.missing()
    assert not studio.shelf()
    with studio.begin() as work:
        services.retry_film(work, studio.here, studio.lesson)
    assert studio.film(film_id).state is FilmState.CHECKING
    studio.run()
    assert studio.film(film_id).state is FilmState.FAILED


def test_a_part_that_went_bad_on_the_disk_is_asked_for_again(studio: Studio) -> None:
    body = make_films.film(30, "1280x720")
    assert len(body) > 2 * 4 * 2**20
    film_id = studio.upload(body)
    bad = studio.folder / "uploads" / film_id.hex / "parts" / "00001"
    bad.write_bytes(bytes(bad.stat().st_size))

    studio.run()

    card = studio.film(film_id)
    assert (card.state, card.reason) == (FilmState.UPLOADING, "film.part_broken")
    with studio.begin() as work:
        assert 1 not in queries.parts(work.session, film_id)
    make_films.put_part(studio.ports, studio.begin, studio.here, film_id, body, 1)
    with studio.begin() as work:
        services.film_came(work, studio.here, film_id)
    studio.run()
    assert studio.film(film_id).state is FilmState.READY


@pytest.mark.parametrize("step", ["join", "look", "cut", "store"])
def test_a_job_that_is_killed_leaves_a_film_that_the_next_one_makes_ready(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """`BaseException` passes all that a job does after a failure, as a kill does."""

    class Killed(BaseException):
        pass

    def die(*_args: Any, **_more: Any) -> None:
        raise Killed

    film_id = studio.upload(make_films.film())
    with monkeypatch.context() as patch:
        if step == "store":
            patch.setattr(film_work, "film_ready", die)
        else:
            patch.setattr(LocalFilmLab, step, die)
        with pytest.raises(Killed):
            studio.run()
    assert "lesson.film_checking" in studio.missing() or (
        "lesson.film_cutting" in studio.missing()
    )
    assert not db.session.scalar(select(func.count()).select_from(MediaFile))
    studio.run()
    assert studio.film(film_id).state is not FilmState.READY, "it is still held"

    studio.clock.pass_seconds(31)
    studio.run()

    assert studio.film(film_id).state is FilmState.READY
    assert not studio.missing()


def test_a_film_that_ends_every_job_is_given_up_and_may_be_tried_again(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_args: Any) -> None:
        raise Killed

    film_id = studio.upload(make_films.film())
    with monkeypatch.context() as patch:
        patch.setattr(LocalFilmLab, "cut", die)
        for _time in range(5):
            with pytest.raises(Killed):
                studio.run()
            studio.clock.pass_seconds(31)
        studio.run()
    card = studio.film(film_id)
    assert (card.state, card.reason) == (FilmState.FAILED, "film.stalled")

    with studio.begin() as work:
        services.retry_film(work, studio.here, studio.lesson)
    studio.run()
    assert studio.film(film_id).state is FilmState.READY


def test_who_cancels_stops_the_work_and_keeps_what_played_before(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = studio.upload(make_films.film())
    studio.run()
    studio.clock.pass_seconds(1)
    second = studio.upload(make_films.film(20, "1280x720"))
    real = film_work.film_goes_on

    def cancelled(work: Any, *args: Any) -> bool:
        row = work.session.get_one(Film, second)
        if row.state is FilmState.CUTTING:
            services.drop_film(work, studio.here, studio.lesson)
        return real(work, *args)

    monkeypatch.setattr(film_work, "film_goes_on", cancelled)
    studio.run()

    db.session.rollback()
    lesson = db.session.get_one(Lesson, studio.lesson)
    assert lesson.film_id == first
    assert not studio.missing()
    job.tidy(studio.clock, studio.ports)
    db.session.rollback()
    assert db.session.get(Film, second) is None
    assert not list((studio.folder / "uploads").iterdir())


def test_a_version_is_published_only_when_its_film_is_ready_and_never_changes(
    studio: Studio,
) -> None:
    studio.upload(make_films.film())
    with studio.begin() as work, pytest.raises(Refused, match=r"course\.unsound"):
        services.publish(work, studio.here, studio.version)
    studio.run()
    with studio.begin() as work:
        services.publish(work, studio.here, studio.version)
    with studio.begin() as work, pytest.raises(Conflict, match="not_a_draft"):
        services.begin_film(
            work, studio.here, studio.lesson, make_films.sent(make_films.film(3))
        )
    with studio.begin() as work:
        draft = services.new_version(work, studio.here, studio.version)
        copied = queries.lesson_lines(work.session, draft)[0]
        old = work.session.get_one(Lesson, studio.lesson)
        assert work.session.get_one(Lesson, copied.id).film_id == old.film_id
    body = make_films.film(3)
    make_films.upload(studio.ports, studio.begin, studio.here, copied.id, body)
    studio.run()

    db.session.rollback()
    kept = db.session.get_one(Lesson, studio.lesson)
    changed = db.session.get_one(Lesson, copied.id)
    assert (kept.duration_seconds, changed.duration_seconds) == (8, 3)
    version = queries.version(db.session(), studio.version)
    assert version.state is VersionState.PUBLISHED


def test_what_nobody_goes_on_with_is_cleared_away(studio: Studio) -> None:
    with studio.begin() as work:
        film_id = services.begin_film(
            work, studio.here, studio.lesson, make_films.sent(make_films.film())
        )
    make_films.put_part(
        studio.ports, studio.begin, studio.here, film_id, make_films.film(), 0
    )
    studio.clock.pass_days(6)
    job.tidy(studio.clock, studio.ports)
    assert studio.film(film_id).state is FilmState.UPLOADING

    studio.clock.pass_days(1.1)
    job.tidy(studio.clock, studio.ports)

    db.session.rollback()
    assert db.session.get(Film, film_id) is None
    assert db.session.get_one(Lesson, studio.lesson).film_id is None
    assert not list((studio.folder / "uploads").iterdir())


def test_a_replaced_film_leaves_the_shelf_with_all_that_was_made_of_it(
    studio: Studio,
) -> None:
    first = studio.upload(make_films.film())
    studio.run()
    studio.clock.pass_seconds(1)
    studio.upload(make_films.film(3))
    studio.run()
    assert len(studio.shelf()) == 10

    studio.clock.pass_days(2)
    job.tidy(studio.clock, studio.ports)
    with studio.begin() as work:
        lost = services.forget_unnamed(work, studio.shelf())

    assert len(lost) == 5
    db.session.rollback()
    assert db.session.get(Film, first) is None
    assert db.session.scalar(select(func.count()).select_from(Rendition)) == 2


def test_strange_leftovers_on_the_disk_go_and_films_under_way_stay(
    studio: Studio, clock: HandClock
) -> None:
    with studio.begin() as work:
        film_id = services.begin_film(
            work, studio.here, studio.lesson, make_films.sent(make_films.film())
        )
    make_films.put_part(
        studio.ports, studio.begin, studio.here, film_id, make_films.film(), 0
    )
    up = studio.folder / "uploads"
    stranger = up / ("0" * 32)
    (up / "lost+found").mkdir()
    stranger.mkdir()
    for one in up.iterdir():
        at = (clock() - timedelta(hours=2)).timestamp()
        os.utime(one, (at, at))

    job.tidy(studio.clock, studio.ports)

    assert {one.name for one in up.iterdir()} == {film_id.hex, "lost+found"}
    assert not source_of(up, film_id).exists()
