"""Time spent in a class: it earns by the same head, finish and ledger as a film.

Nobody is in two places: who comes into a class ends the lease that they hold, and opens
none until they have gone; what a lease earned in the same minutes is taken off.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from lms.catalogue import queries as catalogue
from lms.kernel.clock import legal_day
from lms.kernel.ids import LessonId, PersonId
from lms.kernel.work import Work
from lms.learning.models import Enrolment, Lease, Study, StudyHead
from lms.learning.services import finish as finishing
from lms.learning.services import heads, leases


def hold_head(work: Work, person_id: PersonId) -> None:
    """Let nothing else of a person's study move until this unit of work is over."""
    heads.lock(work, person_id)


def come_in(work: Work, person_id: PersonId, until: datetime) -> None:
    """Let a person sit in a class until then; the caller holds the head."""
    lease = work.session.scalar(
        select(Lease.id).where(Lease.person_id == person_id, Lease.ended_at.is_(None))
    )
    if lease is not None:
        leases.end(work, lease, "in_class")
    _head(work, person_id, away_until=until)


def begin_class(work: Work, person_id: PersonId, lesson_id: LessonId) -> None:
    """Note that a class lesson is begun: whoever sat in it has used what was paid for.

    The caller holds the head.
    """
    lesson = catalogue.lesson(work.session, lesson_id)
    enrolment = enrolment_with(work, person_id, lesson.version_id)
    if enrolment is not None:
        study = leases.study_of(work, enrolment, lesson)
        study.last_at = enrolment.last_at = work.now
        work.session.flush()


def go_out(work: Work, person_id: PersonId) -> None:
    """Let a person study on a screen again, from now on; the caller holds the head."""
    head = heads.lock(work, person_id)
    today = legal_day(work.now)
    _head(
        work,
        person_id,
        away_until=None,
        credited_until=max(head.credited_until, work.now),
        day=today,
        day_seconds=head.day_seconds if head.day == today else 0,
    )


def away_until(work: Work, person_id: PersonId) -> datetime | None:
    """Say until when a person sits in a class, where that is still to come."""
    until: datetime | None = heads.lock(work, person_id).away_until
    return until if until is not None and until > work.now else None


def _head(work: Work, person_id: PersonId, **values: object) -> None:
    work.session.execute(
        update(StudyHead).where(StudyHead.person_id == person_id).values(**values)
    )


def earned_between(
    work: Work, person_id: PersonId, since: datetime, until: datetime
) -> int:
    """Say how much a person may have earned on screens between two instants, at most.

    A lease knows when it ran and what it earned, not which seconds: all of them may
    have been these. Units: seconds.
    """
    rows = work.session.execute(
        select(
            Lease.started_at, Lease.last_beat_at, Lease.ended_at, Lease.credited_seconds
        ).where(
            Lease.person_id == person_id,
            Lease.started_at < until,
            Lease.last_beat_at > since,
            Lease.credited_seconds > 0,
        )
    )
    return sum(
        min(
            row.credited_seconds,
            _common(row.started_at, row.last_beat_at, since, until),
        )
        for row in rows
    )


def _common(first: datetime, last: datetime, since: datetime, until: datetime) -> int:
    return max(0, int((min(last, until) - max(first, since)).total_seconds()))


def enrolment_with(
    work: Work, person_id: PersonId, version_id: UUID
) -> Enrolment | None:
    """Find a person's open enrolment in a version."""
    return work.session.scalar(
        select(Enrolment).where(
            Enrolment.person_id == person_id,
            Enrolment.version_id == version_id,
            Enrolment.closed_at.is_(None),
        )
    )


def attended(
    work: Work, person_id: PersonId, lesson_id: LessonId, seconds: int
) -> bool:
    """Credit a class lesson as any other is credited; say whether that was new.

    The caller holds the head and has judged the presence to be enough. Somebody whose
    money went back meanwhile earns nothing.

    Units: seconds.
    Raises: Refused when a 公共 course counts nowhere yet.
    """
    lesson = catalogue.lesson(work.session, lesson_id)
    enrolment = enrolment_with(work, person_id, lesson.version_id)
    if enrolment is None:
        return False
    study = leases.study_of(work, enrolment, lesson)
    if study.completed_at is not None:
        return False
    study.credited_seconds, study.last_at = seconds, work.now
    work.session.flush()
    finishing.finish(work, person_id, study.id)
    work.session.refresh(study)
    return True


def done_lessons(
    work: Work, person_id: PersonId, lesson_ids: Sequence[UUID]
) -> frozenset[UUID]:
    """Name those of these lessons that a person has completed."""
    return frozenset(
        work.session.scalars(
            select(Study.lesson_id)
            .join(Enrolment, Enrolment.id == Study.enrolment_id)
            .where(
                Enrolment.person_id == person_id,
                Study.lesson_id.in_(lesson_ids),
                Study.completed_at.is_not(None),
            )
        )
    )
