"""Leases: one live lesson a person, on one device."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from lms.catalogue import queries as catalogue
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import EnrolmentId, LessonId, PersonId, new_id
from lms.kernel.work import Work
from lms.learning.models import Enrolment, Lease, Study, StudyHead
from lms.learning.rules import SILENCE_SECONDS, Measure, beat_interval, measure_of
from lms.learning.services import heads

SILENCE = timedelta(seconds=SILENCE_SECONDS)


@dataclass(frozen=True, slots=True)
class LeaseCard:
    """A lease just opened, and where its lesson stands. Units: seconds."""

    lease: UUID | None
    seq: int
    nonce: str
    interval: int
    credited: int
    target: int
    position: int
    furthest: int
    top_rate: int
    questions_open: int
    done: bool


def open_lease(
    work: Work,
    person_id: PersonId,
    enrolment_id: EnrolmentId,
    lesson_id: LessonId,
    *,
    take_over: bool = False,
    mine: UUID | None = None,
) -> LeaseCard:
    """Begin to earn in a lesson; a lease that lives elsewhere must be taken over.

    `mine` names a lease that this very page held before, which needs no asking.

    Raises: NotFound; Refused when a 公共 course counts nowhere yet; Conflict
    `lease.taken` while another device is at work.
    """
    enrolment = enrolment_of(work, person_id, enrolment_id)
    lesson = lesson_of(work, enrolment, lesson_id)
    heads.lock(work, person_id)
    _yield_older(work, person_id, take_over=take_over, mine=mine)
    asked = measure(lesson)
    study = study_of(work, enrolment, lesson)
    enrolment.last_at = work.now
    if study.completed_at is not None:
        return _card(study, asked, None)
    lease = _opened(work, person_id, study.id, asked)
    lease.daily_cap_seconds = _daily_cap(work, enrolment)
    work.session.add(lease)
    work.session.flush()
    return _card(study, asked, lease)


def _opened(work: Work, person_id: PersonId, study_id: UUID, asked: Measure) -> Lease:
    """Make a lease that earns from now on, and not from any earlier instant."""
    work.session.execute(
        update(StudyHead)
        .where(StudyHead.person_id == person_id, StudyHead.credited_until < work.now)
        .values(credited_until=work.now)
    )
    return Lease(
        id=UUID(bytes=secrets.token_bytes(16)),
        person_id=person_id,
        study_id=study_id,
        started_at=work.now,
        last_beat_at=work.now,
        nonce=secrets.token_urlsafe(12),
        interval=beat_interval(asked.target_seconds),
        film_seconds=asked.film_seconds,
        target_seconds=asked.target_seconds,
        top_rate=asked.top_rate,
        seq=0,
        credited_seconds=0,
        answer="",
    )


def end(work: Work, lease_id: UUID, why: str, *, at: datetime | None = None) -> None:
    """End a lease and write its segment: what was earned between when and when."""
    ended_at = at or work.now
    row = work.session.execute(
        select(
            Lease.person_id,
            Lease.study_id,
            Lease.started_at,
            Lease.credited_seconds,
            Lease.seq,
            Study.watched,
        )
        .join(Study, Study.id == Lease.study_id)
        .where(Lease.id == lease_id)
    ).one()
    work.session.execute(
        update(Lease)
        .where(Lease.id == lease_id)
        .values(ended_at=ended_at, ended_why=why)
    )
    evidence.note(
        work,
        f"person:{row.person_id}",
        "study.segment",
        study=row.study_id,
        lease=lease_id,
        since=row.started_at,
        until=ended_at,
        seconds=row.credited_seconds,
        beats=row.seq,
        watched=row.watched,
        why=why,
    )


def end_open(work: Work, person_id: PersonId, study_id: UUID, why: str) -> None:
    """End the lease that a person holds on a study, if any."""
    found = work.session.scalar(
        select(Lease.id).where(
            Lease.person_id == person_id,
            Lease.study_id == study_id,
            Lease.ended_at.is_(None),
        )
    )
    if found is not None:
        end(work, found, why)


def close_silent(work: Work, *, limit: int = 100) -> int:
    """Close leases that have been silent too long, and say how many."""
    silent = work.session.execute(
        select(Lease.id, Lease.person_id)
        .where(Lease.ended_at.is_(None), Lease.last_beat_at < work.now - SILENCE)
        .order_by(Lease.last_beat_at)
        .limit(limit)
    ).all()
    closed = 0
    for lease in silent:
        heads.lock_only(work, PersonId(lease.person_id))
        last = work.session.scalar(
            select(Lease.last_beat_at).where(
                Lease.id == lease.id,
                Lease.ended_at.is_(None),
                Lease.last_beat_at < work.now - SILENCE,
            )
        )
        if last is not None:
            end(work, lease.id, "silent", at=last)
            closed += 1
    return closed


def enrolment_of(
    work: Work, person_id: PersonId, enrolment_id: EnrolmentId
) -> Enrolment:
    """Find a person's enrolment that counts somewhere.

    Raises: NotFound; Refused when a 公共 course counts nowhere yet.
    """
    found = work.session.scalar(
        select(Enrolment).where(
            Enrolment.id == enrolment_id, Enrolment.person_id == person_id
        )
    )
    if found is None:
        raise NotFound("enrolment.unknown")
    if found.specialty is None:
        raise Refused("enrolment.no_specialty")
    return found


def lesson_of(
    work: Work, enrolment: Enrolment, lesson_id: LessonId
) -> catalogue.LessonCard:
    """Find a lesson of the version that was enrolled in.

    Raises: NotFound.
    """
    lesson = catalogue.lesson(work.session, lesson_id)
    if lesson.version_id != enrolment.version_id:
        raise NotFound("lesson.unknown")
    return lesson


def _yield_older(
    work: Work, person_id: PersonId, *, take_over: bool, mine: UUID | None
) -> None:
    older = work.session.execute(
        select(Lease.id, Lease.last_beat_at).where(
            Lease.person_id == person_id, Lease.ended_at.is_(None)
        )
    ).first()
    if older is None:
        return
    if work.now - older.last_beat_at > SILENCE:
        end(work, older.id, "silent", at=older.last_beat_at)
    elif take_over or older.id == mine:
        end(work, older.id, "taken_over" if older.id != mine else "reopened")
    else:
        raise Conflict("lease.taken")


def measure(lesson: catalogue.LessonCard) -> Measure:
    """Say what a lesson asks for."""
    return measure_of(
        required_seconds=lesson.required_seconds,
        film_seconds=lesson.duration_seconds if lesson.kind == "film" else None,
    )


def _daily_cap(work: Work, enrolment: Enrolment) -> int | None:
    association = catalogue.association(work.session, enrolment.association_id)
    return association.daily_cap_seconds


def study_of(work: Work, enrolment: Enrolment, lesson: catalogue.LessonCard) -> Study:
    """Find how far a lesson has come, or begin it."""
    found = work.session.scalar(
        select(Study).where(
            Study.enrolment_id == enrolment.id, Study.lesson_id == lesson.id
        )
    )
    if found is not None:
        return found
    study = Study(
        id=new_id(),
        enrolment_id=enrolment.id,
        lesson_id=lesson.id,
        watched="[]",
        watched_seconds=0,
        credited_seconds=0,
        furthest=0,
        position=0,
        answered=[],
        questions_open=len(lesson.questions),
        begun_at=work.now,
        last_at=work.now,
    )
    work.session.add(study)
    work.session.flush()
    return study


def _card(study: Study, measure: Measure, lease: Lease | None) -> LeaseCard:
    return LeaseCard(
        lease=lease.id if lease else None,
        seq=0,
        nonce=lease.nonce if lease else "",
        interval=lease.interval if lease else 0,
        credited=study.credited_seconds,
        target=measure.target_seconds,
        position=study.position,
        furthest=study.furthest,
        top_rate=measure.top_rate,
        questions_open=study.questions_open,
        done=study.completed_at is not None,
    )
