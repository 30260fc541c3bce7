"""Old media that no version names goes; what anybody may still watch stays."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lms.catalogue import queries, services
from lms.catalogue.models import Lesson, MediaFile
from lms.catalogue.ports import MediaStore, StoredFilm
from lms.catalogue.rules import VersionState
from lms.gateways.media import DiskStore
from lms.jobs import catalogue as job
from lms.kernel.db import db
from lms.kernel.ids import new_id
from tests.conftest import START, HandClock
from tests.make import catalogue as make

Begin = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "media"
    made.mkdir()
    return made


def put(folder: Path, kind: str, *, hours_ago: float) -> str:
    """A file on disk that was stored so long ago."""
    name = f"{new_id().hex}.{kind}"
    (folder / name).write_bytes(b"x")
    at = (START - timedelta(hours=hours_ago)).timestamp()
    os.utime(folder / name, (at, at))
    return name


def run(clock: HandClock, folder: Path) -> set[str]:
    job.run(clock, {MediaStore: DiskStore(folder)})
    db.session.rollback()
    return {file.name for file in folder.iterdir()}


def shelve(work: Any, here: Any, key: str) -> None:
    services.keep_film(work, here, StoredFilm(key, "0" * 64, 1, "h264", 48))


def test_a_replaced_film_goes_and_films_of_every_version_stay(
    begin: Begin, clock: HandClock, folder: Path
) -> None:
    old, sold, replaced = (put(folder, "mp4", hours_ago=50) for _ in range(3))
    cover, lost_cover = (put(folder, "jpg", hours_ago=50) for _ in range(2))
    with begin() as work:
        here = make.association(work)
        for key in (old, sold, replaced):
            shelve(work, here, key)
        versions = []
        for key in (old, sold):
            _course, version_id = make.course(work, here)
            lesson = queries.lesson_lines(work.session, version_id)[0]
            row = work.session.get_one(Lesson, lesson.id)
            row.media_key = key
            versions.append(version_id)
        services.withdraw(work, here, versions[0])
        _course, draft = make.course(work, here, publish=False)
        services.set_cover(work, here, draft, cover)

    left = run(clock, folder)

    assert left == {old, sold, cover}
    keys = set(db.session.scalars(select(MediaFile.key)))
    assert {old, sold} <= keys
    assert replaced not in keys
    assert lost_cover not in left


def test_what_is_young_waits_for_its_lesson(
    begin: Begin, clock: HandClock, folder: Path
) -> None:
    young = put(folder, "mp4", hours_ago=23)
    draft, old_draft = f"{new_id().hex}.part", f"{new_id().hex}.part"
    (folder / draft).write_bytes(b"")
    (folder / old_draft).write_bytes(b"")
    at = (START - timedelta(hours=30)).timestamp()
    os.utime(folder / old_draft, (at, at))
    now = START.timestamp()
    os.utime(folder / draft, (now, now))

    assert run(clock, folder) == {young, draft}
    clock.pass_seconds(2 * 3600)
    assert young not in run(clock, folder)


def test_a_strange_file_is_not_ours_to_remove(
    app: object, clock: HandClock, folder: Path
) -> None:
    (folder / "README").write_text("x", "utf-8")
    os.utime(folder / "README", (0, 0))

    assert run(clock, folder) == {"README"}


def test_no_folder_is_no_fault(clock: HandClock, tmp_path: Path, app: object) -> None:
    job.run(clock, {MediaStore: DiskStore(tmp_path / "none")})


def test_the_clock_takes_overdue_courses_off_sale(
    begin: Begin, clock: HandClock, folder: Path
) -> None:
    with begin() as work:
        here = make.association(work)
        _course, version_id = make.course(work, here, valid_until=date(2026, 11, 21))
    run(clock, folder)
    found = queries.version(db.session(), version_id)
    assert found.state is VersionState.PUBLISHED

    clock.pass_days(1)
    run(clock, folder)

    assert queries.version(db.session(), version_id).state is VersionState.WITHDRAWN
