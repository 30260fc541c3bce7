"""Makers: associations and courses."""

from __future__ import annotations

from itertools import count

from lms.catalogue import services
from lms.catalogue.ports import StoredFilm
from lms.catalogue.rules import LessonKind
from lms.catalogue.services import (
    AssociationFacts,
    ChapterSpec,
    CourseSpec,
    DraftFacts,
    LessonFactsIn,
    LessonSpec,
)
from lms.kernel.ids import AssociationId, CourseId, VersionId, new_id
from lms.kernel.work import Work
from lms.policy.model import Province, Specialty, Track

_SERIAL = count(1)


def association(work: Work, **over: object) -> AssociationId:
    """An association of Inner Mongolia whose 学时 has 45 seconds."""
    facts: dict[str, object] = {
        "code": f"M{next(_SERIAL):05d}",
        "name": "包头市建筑业协会",
        "province": Province.INNER_MONGOLIA,
        "seconds_per_hour": 45,
        "two_person": False,
    }
    return services.create_association(work, AssociationFacts(**{**facts, **over}))  # type: ignore[arg-type]  # facts of several types


def film(work: Work, association_id: AssociationId, seconds: int = 48) -> str:
    """A film on the shelf, without its bytes."""
    key = f"{new_id().hex}.mp4"
    stored = StoredFilm(key, "0" * 64, 1000, "h264", seconds)
    services.keep_film(work, association_id, stored)
    return key


def facts(**over: object) -> DraftFacts:
    """What a course says of itself."""
    known: dict[str, object] = {
        "title": "建筑工程质量控制要点",
        "summary_html": "<p>从地基到防水。</p>",
        "specialty": Specialty.BUILDING,
        "track": Track.REQUIRED,
        "price_fen": 12_000,
        "teacher": "张建国",
        "teacher_title": "高级工程师",
        "year": 2026,
    }
    return DraftFacts(**{**known, **over})  # type: ignore[arg-type]  # facts of several types


def course(
    work: Work,
    association_id: AssociationId,
    *,
    credit: int = 100,
    publish: bool = True,
    **over: object,
) -> tuple[CourseId, VersionId]:
    """A course of one film and one document."""
    lessons = (
        LessonSpec(
            LessonFactsIn(
                title="混凝土结构的质量通病",
                kind=LessonKind.FILM,
                credit=credit,
                media_key=film(work, association_id, max(48, credit)),
            )
        ),
        LessonSpec(
            LessonFactsIn(
                title="检验批的验收",
                kind=LessonKind.DOCUMENT,
                credit=credit,
                required_seconds=max(45, credit),
                body_html="<p>主控项目应当全部合格。</p>",
            )
        ),
    )
    spec = CourseSpec(facts(**over), (ChapterSpec("第一章", lessons),), publish)
    return services.author_course(work, association_id, spec)
