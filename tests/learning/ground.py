"""A course to study, made for these tests."""

from lms.catalogue import models
from lms.catalogue.rules import LessonKind, VersionState
from lms.kernel.ids import LessonId, VersionId, new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty, Track


def course(
    work: Work,
    *lengths: int,
    credit: int = 100,
    specialty: Specialty | None = Specialty.BUILDING,
    kind: LessonKind = LessonKind.FILM,
    daily_cap_seconds: int | None = None,
    presence: dict[str, int] | None = None,
) -> tuple[VersionId, list[LessonId]]:
    """A published version of lessons of these lengths, and its lessons in order."""
    association_id, course_id, version_id = new_id(), new_id(), new_id()
    _add(
        work,
        models.Association(
            id=association_id,
            code=association_id.hex[:8],
            name="测试协会",
            daily_cap_seconds=daily_cap_seconds,
            # Nobody is asked whether they are there, but where a test says so.
            presence={"on": 0} if presence is None else presence,
        ),
        models.Course(
            id=course_id,
            association_id=association_id,
            number=course_id.hex,
            made_at=work.now,
        ),
        models.CourseVersion(
            id=version_id,
            course_id=course_id,
            association_id=association_id,
            state=VersionState.PUBLISHED,
            title="深基坑施工安全",
            specialty=specialty,
            track=Track.REQUIRED,
            credit=credit * len(lengths),
            teacher="李工",
        ),
    )
    lessons = [new_id() for _ in lengths]
    _add(
        work,
        *(
            models.Lesson(
                id=lesson_id,
                version_id=version_id,
                position=place,
                title=f"第{place + 1}课",
                kind=kind,
                credit=0 if kind is LessonKind.QUIZ else credit,
                required_seconds=seconds,
                duration_seconds=seconds if kind is LessonKind.FILM else None,
            )
            for place, (lesson_id, seconds) in enumerate(
                zip(lessons, lengths, strict=True)
            )
        ),
    )
    return VersionId(version_id), [LessonId(each) for each in lessons]


def ask(
    work: Work, lesson_id: LessonId, *, key: tuple[int, ...], at: int | None = None
) -> str:
    """Put a question with four options into a lesson, and name it."""
    question_id = new_id()
    _add(
        work,
        models.LessonQuestion(
            id=question_id,
            lesson_id=lesson_id,
            stem="基坑开挖深度超过几米须专家论证？",
            options=["3", "5", "7", "9"],
            key=list(key),
            explanation="超过 5 米（含）须论证。",
            at_second=at,
        ),
    )
    return str(question_id)


def _add(work: Work, *rows: object) -> None:
    for row in rows:
        work.session.add(row)
        work.session.flush()
