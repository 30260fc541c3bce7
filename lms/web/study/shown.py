"""What the study pages show, gathered from the rooms."""

from dataclasses import dataclass, replace
from uuid import UUID

from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.catalogue.rules.documents import page_at, page_starts
from lms.kernel.errors import NotFound
from lms.kernel.ids import EnrolmentId, LessonId, PersonId
from lms.learning import queries
from lms.learning.rules import Measure, measure_of
from lms.web import desk


@dataclass(frozen=True, slots=True)
class Row:
    """One lesson in the list. Units: seconds."""

    id: LessonId
    title: str
    kind: str
    seconds: int
    done: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter of the list."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is asked; its key stays behind. Units: seconds of the film."""

    id: UUID
    stem: str
    options: tuple[str, ...]
    multiple: bool
    right: bool
    at_second: int | None


@dataclass(frozen=True, slots=True)
class CoursePage:
    """A course that was bought."""

    enrolment: queries.EnrolmentCard
    version: catalogue.VersionCard
    chapters: tuple[Chapter, ...]
    following: Row | None
    done: int
    total: int
    begun: bool
    may_choose: bool
    current_id: LessonId | None = None


@dataclass(frozen=True, slots=True)
class LessonPage:
    """One lesson, and where it stands. Units: seconds."""

    enrolment: queries.EnrolmentCard
    version: catalogue.VersionCard
    lesson: catalogue.LessonCard
    measure: Measure
    chapters: tuple[Chapter, ...]
    following: Row | None
    done: int
    total: int
    credited: int
    position: int
    furthest: int
    finished: bool
    questions: tuple[Question, ...]
    body: Markup
    play: catalogue.PlayCard | None = None
    pages: tuple[catalogue.PageCard, ...] = ()

    @property
    def starts(self) -> tuple[int, ...]:
        """Say at which second each page of the document begins."""
        return page_starts(len(self.pages), self.measure.film_seconds)

    @property
    def at_page(self) -> int:
        """Say which page to open: where the person stands, or the first again."""
        if self.finished:
            return 1
        return page_at(self.position, len(self.pages), self.measure.film_seconds)

    @property
    def current_id(self) -> LessonId:
        """Name the lesson that is lit in the list."""
        return self.lesson.id

    @property
    def has_captions(self) -> bool:
        """Tell whether the film speaks in writing too."""
        return bool(self.lesson.captions_vtt)

    @property
    def needs_choice(self) -> bool:
        """Tell whether a 公共 course counts nowhere yet."""
        return self.enrolment.specialty is None


def course(
    session: Session, person_id: PersonId, enrolment_id: EnrolmentId
) -> CoursePage:
    """Gather a course that was bought.

    Raises: NotFound, also for another person's.
    """
    enrolment = queries.enrolment(session, person_id, enrolment_id)
    version = catalogue.version(session, enrolment.version_id)
    studies = queries.progress(session, enrolment_id)
    chapters = _chapters(session, enrolment, studies)
    rows = [row for chapter in chapters for row in chapter.rows]
    done = sum(row.done for row in rows)
    last = max(studies.values(), key=lambda s: s.last_at, default=None)
    return CoursePage(
        enrolment=enrolment,
        version=version,
        chapters=chapters,
        following=_resume(rows, last.lesson_id if last else None),
        done=done,
        total=len(rows),
        begun=bool(studies),
        may_choose=version.specialty is None and not done,
    )


def lesson(
    session: Session,
    person_id: PersonId,
    enrolment_id: EnrolmentId,
    lesson_id: LessonId,
) -> LessonPage:
    """Gather one lesson.

    Raises: NotFound, also for another person's or another course's.
    """
    enrolment = queries.enrolment(session, person_id, enrolment_id)
    found = catalogue.lesson(session, lesson_id)
    if found.version_id != enrolment.version_id:
        raise NotFound("lesson.unknown")
    house = catalogue.association_at(session, enrolment.association_id, desk.now())
    studies = queries.progress(session, enrolment_id)
    study = studies.get(lesson_id)
    chapters = _chapters(session, enrolment, studies)
    rows = [row for chapter in chapters for row in chapter.rows]
    answered = study.answered if study else frozenset()
    return LessonPage(
        enrolment=enrolment,
        version=catalogue.version(session, enrolment.version_id),
        lesson=found,
        measure=replace(_measure(found), top_rate=house.top_rate),
        chapters=chapters,
        following=_next(rows, lesson_id),
        done=sum(row.done for row in rows),
        total=len(rows),
        credited=study.credited_seconds if study else 0,
        position=study.position if study else 0,
        furthest=study.furthest if study else 0,
        finished=bool(study and study.completed_at),
        questions=tuple(_question(each, answered) for each in found.questions),
        # Cleaned when it was written (kernel.text), so it may go out as it is.
        body=Markup(found.body_html),  # noqa: S704 - cleaned when the lesson was written
        play=_play(session, found),
        pages=_pages(session, found),
    )


def _play(session: Session, found: catalogue.LessonCard) -> catalogue.PlayCard | None:
    """Find the film as it was made ready, where it is what the lesson plays."""
    play = catalogue.plays(session, found.film_id)
    return play if play and play.media_key == found.media_key else None


def _pages(
    session: Session, found: catalogue.LessonCard
) -> tuple[catalogue.PageCard, ...]:
    paper = found.document_id if found.kind == "document" else None
    return catalogue.pages(session, paper)


def _measure(found: catalogue.LessonCard) -> Measure:
    film = found.duration_seconds if found.kind == "film" else None
    return measure_of(required_seconds=found.required_seconds, film_seconds=film)


def _question(card: catalogue.QuestionCard, answered: frozenset[str]) -> Question:
    return Question(
        card.id,
        card.stem,
        card.options,
        multiple=len(card.key) > 1,
        right=str(card.id) in answered,
        at_second=card.at_second,
    )


def _chapters(
    session: Session,
    enrolment: queries.EnrolmentCard,
    studies: queries.Studies,
) -> tuple[Chapter, ...]:
    return tuple(
        Chapter(
            chapter.title,
            tuple(
                Row(
                    line.id,
                    line.title,
                    line.kind.value,
                    line.duration_seconds or line.required_seconds,
                    done=bool((study := studies.get(line.id)) and study.completed_at),
                )
                for line in chapter.lessons
            ),
        )
        for chapter in catalogue.outline(session, enrolment.version_id)
        if chapter.lessons
    )


def _resume(rows: list[Row], last: LessonId | None) -> Row | None:
    open_rows = [row for row in rows if not row.done]
    for row in open_rows:
        if row.id == last:
            return row
    return open_rows[0] if open_rows else (rows[0] if rows else None)


def _next(rows: list[Row], lesson_id: LessonId) -> Row | None:
    """Choose the lesson after this one; at the end, the first that is not done."""
    places = [row.id for row in rows]
    here = places.index(lesson_id) if lesson_id in places else -1
    after = [row for row in rows[here + 1 :] if not row.done]
    before = [row for row in rows[:here] if not row.done]
    return next(iter(after + before), None)
