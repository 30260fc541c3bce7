"""Films that are ready, in each hand's lesson, with a question at a second."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from lms.catalogue import services as authoring
from lms.catalogue.models import (
    CourseVersion,
    Film,
    Lesson,
    LessonQuestion,
    MediaFile,
    Rendition,
)
from lms.catalogue.rules import FilmState
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.work import Work

if TYPE_CHECKING:
    from tests.house.world import World

LINES = 540


def lay(work: Work, world: World) -> None:
    """Let every film of the world's lessons have come by parts."""
    for which in ("own", "same", "foreign"):
        learner, staff = (world.things[who][which] for who in ("learner", "staff"))
        if "lesson_id" in learner:
            _ready(work, UUID(str(learner["lesson_id"])))
        lesson_id = UUID(str(staff["lesson_id"]))
        staff["film_id"] = _ready(work, lesson_id)
        staff["pinned_id"] = _pinned(work, lesson_id)


def _ready(work: Work, lesson_id: UUID) -> UUID:
    lesson = work.session.get_one(Lesson, lesson_id)
    assert lesson.media_key
    film = Film(
        id=new_id(),
        association_id=work.session.get_one(
            CourseVersion, lesson.version_id
        ).association_id,
        made_by=None,
        made_at=work.now,
        touched_at=work.now,
        name="现场.mp4",
        size=work.session.get_one(MediaFile, lesson.media_key).size,
        part_size=2**22,
        fingerprint="0" * 64,
        state=FilmState.READY,
        media_key=lesson.media_key,
        sprite_key=lesson.media_key,
        sprite={"every": 5, "columns": 1, "count": 1, "width": 160, "height": 90},
        ready_at=work.now,
    )
    work.session.add(film)
    work.session.flush()
    work.session.add(
        Rendition(
            film_id=film.id,
            height=LINES,
            width=960,
            bandwidth=1,
            codecs="avc1.4d401f",
            key=lesson.media_key,
            size=film.size,
            head_bytes=1,
            pieces=[[6000, 1, 9]],
        )
    )
    lesson.film_id = film.id
    work.session.flush()
    return film.id


def _pinned(work: Work, lesson_id: UUID) -> UUID:
    lesson = work.session.get_one(Lesson, lesson_id)
    version = work.session.get_one(CourseVersion, lesson.version_id)
    asked = authoring.QuestionIn("验收由谁组织？", ("班组长", "负责人"), (1,), "", 5)
    here = AssociationId(version.association_id)
    authoring.set_questions(work, here, lesson_id, [asked])
    return work.session.scalars(
        select(LessonQuestion.id).where(LessonQuestion.lesson_id == lesson_id)
    ).one()
