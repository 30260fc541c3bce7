"""The demonstration's classes: one that is running, and a full one with a line."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from lms.catalogue import queries
from lms.catalogue import services as authoring
from lms.catalogue.rules import LessonKind
from lms.catalogue.services import DraftFacts, LessonFactsIn, teaching
from lms.catalogue.services.setup import ChapterSpec, CourseSpec, LessonSpec
from lms.classes import services
from lms.classes.rules import Mode
from lms.classes.services import Plan
from lms.jobs.demo import people
from lms.jobs.demo.people import Made, Sketch
from lms.kernel.ids import AssociationId, LessonId, VersionId
from lms.kernel.work import Work
from lms.learning import services as learning
from lms.policy.model import Specialty, Track

_AGO = timedelta(days=20)
_LENGTH = timedelta(hours=3, minutes=20)
_NEEDED = 3 * 3600
_LESSONS = ("基坑监测现场教学", "支护方案案例研讨")
_WORDS = "<p>请带身份证和安全帽；现场听从讲师安排。</p>"


def lay(
    work: Work,
    here: AssociationId,
    staff: Mapping[str, Made],
    teachers: tuple[UUID, UUID],
) -> None:
    """Put a course with two classes on sale, plan sessions, and let two people in."""
    then = replace(work, now=work.now - _AGO)
    _course, version_id = authoring.author_course(then, here, _spec())
    teaching.set_teachers(then, here, version_id, teachers)
    authoring.publish(then, here, version_id)
    lessons = [one.id for one in queries.lesson_lines(work.session, version_id)]
    clerk = replace(then, actor=replace(staff["clerk"].actor, association_id=here))
    begun = _hour(work.now) - timedelta(minutes=30)
    running = _session(clerk, here, lessons[0], begun, 30)
    _session(clerk, here, lessons[0], begun + timedelta(days=12), 25)
    services.set_teachers(clerk, here, running, teachers[:1])
    few = _session(clerk, here, lessons[1], begun + timedelta(days=6), 1)
    _session(clerk, here, lessons[1], begun + timedelta(days=13), 40)
    today = work.now.date()
    first = Sketch("class@demo.example", "苏学勤", date(1986, 3, 3), 51)
    second = Sketch("class2@demo.example", "包晓梅", date(1991, 5, 12), 52, woman=True)
    waiting = _seated(then, first, version_id, [running], today)
    early = _seated(then, second, version_id, [running, few], today)
    services.line_up(replace(then, actor=waiting.actor), waiting.person_id, few)
    came = replace(work, now=max(begun, work.now - timedelta(minutes=25)))
    services.check(came, early.person_id, running, Mode.IN, "demo")


def _hour(now: datetime) -> datetime:
    """Round to five minutes, as people plan."""
    return now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)


def _spec() -> CourseSpec:
    lessons = tuple(
        LessonSpec(
            LessonFactsIn(
                title=title,
                kind=LessonKind.CLASS,
                credit=400,
                required_seconds=_NEEDED,
                body_html=_WORDS,
            )
        )
        for title in _LESSONS
    )
    facts = DraftFacts(
        title="深基坑支护实务（面授）",
        summary_html="<p>两次面授：现场看监测，课上改方案。每次 4 学时，限额报名。</p>",
        specialty=Specialty.BUILDING,
        track=Track.ELECTIVE,
        price_fen=12_000,
        teacher="高老师",
        teacher_title="高级工程师",
        year=2026,
    )
    return CourseSpec(facts, (ChapterSpec("面授", lessons),), publish=False)


def _session(
    clerk: Work, here: AssociationId, lesson_id: LessonId, at: datetime, places: int
) -> UUID:
    plan = Plan(
        starts_at=at,
        ends_at=at + _LENGTH,
        opens_at=clerk.now,
        closes_at=at,
        places=places,
        address="包头市昆都仑区示例大街 1 号",
        room="培训楼 201",
        teacher="高老师",
    )
    return services.plan_session(clerk, here, lesson_id, plan)


def _seated(
    then: Work, who: Sketch, version_id: VersionId, meetings: list[UUID], today: date
) -> Made:
    """Enrol somebody, with a place in each of these."""
    made = people.learner(then, who, today=today)
    source = f"demo:class:{made.person_id}"
    learning.enrol(then, made.person_id, version_id, source=source)
    for meeting in meetings:
        services.take(replace(then, actor=made.actor), made.person_id, meeting)
    return made
