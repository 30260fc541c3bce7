"""Judge the questions within a lesson. The keys never leave the server."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from lms.catalogue import queries as catalogue
from lms.evidence import services as evidence
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import EnrolmentId, LessonId, PersonId
from lms.kernel.work import Work
from lms.learning.models import Lease, Study
from lms.learning.rules import Progress, is_complete
from lms.learning.services import finish as finishing
from lms.learning.services import heads, leases

AHEAD_SECONDS = 60
"""How far a page may be ahead of its last beat."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which question of which lesson of which enrolment."""

    enrolment_id: EnrolmentId
    lesson_id: LessonId
    question_id: str


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """How an answer was judged."""

    right: bool
    explanation: str
    questions_open: int
    done: bool


def answer_question(
    work: Work, person_id: PersonId, asked: Asked, chosen: frozenset[str]
) -> AnswerCard:
    """Judge an answer; the last right one may finish the lesson.

    Raises: NotFound; Refused for what is no option, for a question that the film has
        not come to, and when a 公共 course counts nowhere yet.
    """
    enrolment = leases.enrolment_of(work, person_id, asked.enrolment_id)
    lesson = leases.lesson_of(work, enrolment, asked.lesson_id)
    question = _question(lesson, asked.question_id, chosen)
    heads.lock(work, person_id)
    study = leases.study_of(work, enrolment, lesson)
    lease_id = leases.open_on(work, person_id, study.id)
    if (question.at_second or 0) > _seen_to(work, study, lease_id) + AHEAD_SECONDS:
        raise Refused("question.ahead")
    right = chosen == frozenset(question.key)
    if right and asked.question_id not in study.answered:
        study.answered = [*study.answered, asked.question_id]
        study.questions_open = max(0, len(lesson.questions) - len(study.answered))
    study.last_at = work.now
    work.session.flush()
    if lease_id is not None:
        leases.ask_fewer(work, lease_id, study.questions_open)
    facts = {"question": asked.question_id, "chosen": sorted(chosen), "right": right}
    evidence.note(
        work, f"person:{person_id}", "question.answered", study=study.id, **facts
    )
    if study.completed_at is None and _is_done(study, lesson):
        finishing.finish(work, person_id, study.id)
        if lease_id is not None:
            leases.end(work, lease_id, "done")
    work.session.refresh(study)
    return AnswerCard(
        right,
        question.explanation,
        study.questions_open,
        study.completed_at is not None,
    )


def _seen_to(work: Work, study: Study, lease_id: UUID | None) -> int:
    """Say how far the film has been seen; while it is open, its lease knows."""
    live = select(Lease.furthest).where(Lease.id == lease_id)
    return max(study.furthest, work.session.scalar(live) or 0)


def _question(
    lesson: catalogue.LessonCard, question_id: str, chosen: frozenset[str]
) -> catalogue.QuestionCard:
    """Find a question whose options were chosen, and nothing else."""
    asked = [one for one in lesson.questions if str(one.id) == question_id]
    if not asked:
        raise NotFound("question.unknown")
    if not chosen <= {str(place) for place in range(len(asked[0].options))}:
        raise Refused("question.no_option")
    return asked[0]


def _is_done(study: Study, lesson: catalogue.LessonCard) -> bool:
    progress = Progress(
        watched=((0, study.watched_seconds),) if study.watched_seconds else (),
        credited_seconds=study.credited_seconds,
    )
    return is_complete(
        progress, leases.measure(lesson), questions_open=study.questions_open
    )
