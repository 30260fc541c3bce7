"""Many authors at once: room is given once, a part counted once, a film held once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from lms.catalogue import queries, services
from lms.catalogue.models import Association, Film, FilmPart, Lesson
from lms.catalogue.rules import FilmState, LessonKind
from lms.catalogue.services import FilmSent, LessonFactsIn, PartSent, film_work
from lms.kernel.db import db
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from tests.make import catalogue as make
from tests.races import race

Begin = Callable[..., Any]
SIZE = 2**20
AUTHORS = 8


@pytest.fixture
def here(begin: Begin) -> tuple[AssociationId, list[UUID]]:
    """An association with room for three films, and a lesson for every author."""
    lessons = []
    with begin() as work:
        found = make.association(work)
        work.session.execute(update(Association).values(film_bytes=3 * SIZE))
        for _author in range(AUTHORS):
            version = services.draft_course(work, found, make.facts())
            chapter = services.add_chapter(work, found, version, "一")
            facts = LessonFactsIn("现场", LessonKind.FILM, 10)
            lessons.append(services.add_lesson(work, found, chapter, facts))
    db.session.remove()
    return found, [UUID(str(one)) for one in lessons]


def _begins(here: AssociationId, lesson: UUID) -> Callable[[Work], object]:
    sent = FilmSent("现场.mp4", SIZE, lesson.hex * 2)
    return lambda work: services.begin_film(work, here, lesson, sent)


def _under_way() -> int:
    db.session.remove()
    asked = select(func.count()).where(Film.state == FilmState.UPLOADING)
    return db.session.scalar(asked) or 0


def test_room_for_three_films_takes_three_of_eight(
    app: Flask, here: tuple[AssociationId, list[UUID]]
) -> None:
    got = race(app, [_begins(here[0], lesson) for lesson in here[1]])

    assert _under_way() == 3
    refused = [one for one in got if isinstance(one, Refused)]
    assert {one.code for one in refused} == {"film.quota"}
    assert len(refused) == AUTHORS - 3


def test_who_only_looks_gives_the_room_away_twice(
    app: Flask,
    here: tuple[AssociationId, list[UUID]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: what everybody saw before anybody wrote, as without the lock."""
    room = queries.room(db.session(), here[0])
    db.session.remove()
    monkeypatch.setattr(queries, "room", lambda *_args: room)

    race(app, [_begins(here[0], lesson) for lesson in here[1]])
    assert _under_way() == AUTHORS


def test_a_beginning_that_comes_twice_begins_one_upload(
    app: Flask, here: tuple[AssociationId, list[UUID]]
) -> None:
    lesson = here[1][0]
    got = race(app, [_begins(here[0], lesson)] * 4)

    assert len(set(map(str, got))) == 1
    assert _under_way() == 1


def test_a_part_that_comes_four_times_at_once_is_one(
    app: Flask, begin: Begin, here: tuple[AssociationId, list[UUID]]
) -> None:
    with begin() as work:
        film_id = UUID(str(_begins(here[0], here[1][0])(work)))
    part = PartSent(0, SIZE, "0" * 64)
    got = race(app, [lambda work: services.part_came(work, here[0], film_id, part)] * 4)

    assert got == [None] * 4
    assert db.session.scalar(select(func.count()).select_from(FilmPart)) == 1


def test_a_film_is_in_one_pair_of_hands(
    app: Flask, begin: Begin, here: tuple[AssociationId, list[UUID]]
) -> None:
    with begin() as work:
        film_id = UUID(str(_begins(here[0], here[1][0])(work)))
        services.part_came(work, here[0], film_id, PartSent(0, SIZE, "0" * 64))
        services.film_came(work, here[0], film_id)

    def taker(n: int) -> Callable[[Work], object]:
        return lambda work: film_work.take_film(work, f"job:{n}")

    got = race(app, [taker(n) for n in range(4)])

    taken = [one for one in got if one is not None]
    assert len(taken) == 1
    assert isinstance(taken[0], film_work.FilmTask)
    db.session.remove()
    assert db.session.get_one(Lesson, here[1][0]).film_id == film_id
