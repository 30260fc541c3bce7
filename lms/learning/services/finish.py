"""Finish a lesson: its whole credit, once, with the evidence."""

from uuid import UUID

from sqlalchemy import func, select, update

from lms.catalogue import queries as catalogue
from lms.evidence import services as evidence
from lms.hours import services as hours
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId, LessonId, PersonId, VersionId
from lms.kernel.work import Work
from lms.learning.models import Enrolment, Study
from lms.learning.services.stages import restage

_STUDY = select(
    Study.enrolment_id,
    Study.lesson_id,
    Study.credited_seconds,
    Study.completed_at,
    Enrolment.version_id,
    Enrolment.specialty,
).join(Enrolment, Enrolment.id == Study.enrolment_id)


def finish(work: Work, person_id: PersonId, study_id: UUID) -> None:
    """Mark a study complete and post the lesson's credit.

    The caller holds the person's study head and has judged the lesson complete.

    Raises: Refused when a 公共 course counts nowhere yet.
    """
    study = work.session.execute(_STUDY.where(Study.id == study_id)).one()
    if study.completed_at is not None:
        return
    if study.specialty is None:
        raise Refused("enrolment.no_specialty")
    lesson = catalogue.lesson(work.session, LessonId(study.lesson_id))
    version = catalogue.version(work.session, VersionId(study.version_id))
    work.session.execute(
        update(Study).where(Study.id == study_id).values(completed_at=work.now)
    )
    _count(work, study.enrolment_id)
    evidence.note(
        work,
        f"person:{person_id}",
        "lesson.completed",
        study=study_id,
        lesson=lesson.id,
        seconds=study.credited_seconds,
    )
    if lesson.credit:
        hours.post(
            work,
            person_id,
            specialty=study.specialty,
            track=version.track,
            credit=lesson.credit,
            association_id=AssociationId(version.association_id),
            source=f"study:{study_id}",
        )


def _count(work: Work, enrolment_id: UUID) -> None:
    done = work.session.scalar(
        select(func.count())
        .select_from(Study)
        .where(Study.enrolment_id == enrolment_id, Study.completed_at.is_not(None))
    )
    enrolment = work.session.get_one(Enrolment, enrolment_id)
    enrolment.lessons_done = done or 0
    enrolment.last_at = work.now
    if enrolment.lessons_done >= enrolment.lessons_total:
        enrolment.completed_at = work.now
        work.session.flush()
        restage(
            work, PersonId(enrolment.person_id), AssociationId(enrolment.association_id)
        )
