"""Leases: one live lesson a person, on one device."""

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from lms.catalogue import queries as catalogue
from lms.catalogue.rules import LessonKind
from lms.evidence import services as evidence
from lms.kernel.clock import Tick, legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import EnrolmentId, LessonId, PersonId, new_id
from lms.kernel.work import Work
from lms.learning.models import Enrolment, Lease, Study, StudyHead
from lms.learning.rules import (
    SILENCE_SECONDS,
    Lag,
    Measure,
    Spans,
    beat_interval,
    clock_step,
    measure_of,
    total,
)
from lms.learning.services import copies, heads, presence

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
    check: presence.Told | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """Where a lease is opened: a browser's family and a network's prefix."""

    browser: str = ""
    network: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """How a page asks for a lease. `mine` names one that this very page held before.

    `once` names the asking itself: on a bad line a page asks in copies, and all of them
    hear of one lease.
    """

    take_over: bool = False
    mine: UUID | None = None
    device: Device = Device()
    tick: Tick | None = None
    once: UUID | None = None


PLAIN = Ask()


def open_lease(
    work: Work,
    person_id: PersonId,
    enrolment_id: EnrolmentId,
    lesson_id: LessonId,
    ask: Ask = PLAIN,
) -> LeaseCard:
    """Begin to earn in a lesson; a lease that lives elsewhere must be taken over.

    Raises: NotFound; Refused when a 公共 course counts nowhere yet; Conflict
    `lease.taken` while another device is at work.
    """
    enrolment = enrolment_of(work, person_id, enrolment_id)
    lesson = lesson_of(work, enrolment, lesson_id)
    association = catalogue.association_at(
        work.session, enrolment.association_id, work.now
    )
    asked = replace(measure(lesson), top_rate=association.top_rate)
    head = heads.lock(work, person_id)
    _on_screen(work, lesson, head.away_until)
    given = copies.living(work, person_id, lesson_id, ask.once)
    if given is not None:
        card = _card(work.session.get_one(Study, given.study_id), asked, given)
        return replace(card, seq=given.seq, check=copies.check_of(work, given))
    _yield_older(work, person_id, take_over=ask.take_over, mine=ask.mine)
    study = study_of(work, enrolment, lesson)
    enrolment.last_at = work.now
    if study.completed_at is not None:
        return _card(study, asked, None)
    study.last_at = work.now
    lease = _opened(work, person_id, study, asked, ask)
    lease.daily_cap_seconds = association.daily_cap_seconds
    work.session.add(lease)
    work.session.flush()
    check = presence.begin(work, lease)
    return replace(_card(study, asked, lease), check=check)


def _on_screen(
    work: Work, lesson: catalogue.LessonCard, away_until: datetime | None
) -> None:
    """Insist that a lesson is one for a screen, and that its pupil sits in no class."""
    if lesson.kind is LessonKind.CLASS:
        raise Refused("lesson.meets")
    if away_until is not None and away_until > work.now:
        raise Refused("lease.in_class")


def _opened(
    work: Work, person_id: PersonId, study: Study, asked: Measure, ask: Ask
) -> Lease:
    """Make a lease that earns from now on, and not from any earlier instant."""
    head = heads.lock(work, person_id)
    lag = lag_of(work.now, ask.tick)
    step = clock_step(Lag(head.boot, head.lag_ms) if head.boot else None, lag)
    today = legal_day(work.now)
    return Lease(
        id=copies.fresh_id(work, person_id, ask.once),
        person_id=person_id,
        study_id=study.id,
        browser=ask.device.browser,
        network=ask.device.network,
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
        mark=max(head.credited_until + step, work.now),
        day=today,
        day_seconds=head.day_seconds if head.day == today else 0,
        watched=study.watched,
        study_seconds=study.credited_seconds,
        furthest=study.furthest,
        position=study.position,
        questions_open=study.questions_open,
        boot=lag.boot if lag else "",
        lag_ms=lag.ms if lag else 0,
        clock_steps=0,
        gap_squares=0,
        beats_hash=bytes(32),
        checks_missed=0,
    )


def end(work: Work, lease_id: UUID, why: str, *, at: datetime | None = None) -> None:
    """End a lease, give back what it held, and write its segment into the evidence."""
    work.session.execute(
        update(Lease)
        .where(Lease.id == lease_id)
        .values(ended_at=at or work.now, ended_why=why)
    )
    row = fold(work, lease_id)
    presence.abandon(work, row, why)
    evidence.note(
        work,
        f"person:{row.person_id}",
        "study.segment",
        study=row.study_id,
        lease=lease_id,
        since=row.started_at,
        until=at or work.now,
        seconds=row.credited_seconds,
        beats=row.seq,
        beats_hash=row.beats_hash,
        watched=row.watched,
        browser=row.browser,
        network=row.network,
        gap_squares=row.gap_squares,
        clock_steps=row.clock_steps,
        checks_missed=row.checks_missed,
        why=why,
    )


def fold(work: Work, lease_id: UUID) -> Lease:
    """Give what a lease holds back to the study and the person's head.

    The caller holds the head. A lease that goes on keeps its copies.
    """
    row = work.session.scalars(
        select(Lease)
        .where(Lease.id == lease_id)
        .execution_options(populate_existing=True)
    ).one()
    work.session.execute(
        update(Study)
        .where(Study.id == row.study_id)
        .values(
            watched=row.watched,
            watched_seconds=total(_spans(row.watched)),
            credited_seconds=row.study_seconds,
            furthest=row.furthest,
            position=row.position,
            last_at=row.last_beat_at,
        )
    )
    work.session.execute(
        update(StudyHead)
        .where(StudyHead.person_id == row.person_id)
        .values(
            credited_until=row.mark,
            day=row.day,
            day_seconds=row.day_seconds,
            boot=row.boot,
            lag_ms=row.lag_ms,
        )
    )
    presence.keep_left(work, row)
    return row


def ask_fewer(work: Work, lease_id: UUID, questions_open: int) -> None:
    """Note in a lease how many questions are left, and bring its study up to date."""
    work.session.execute(
        update(Lease).where(Lease.id == lease_id).values(questions_open=questions_open)
    )
    fold(work, lease_id)


def _spans(watched: str) -> Spans:
    return tuple((low, high) for low, high in json.loads(watched))


def lag_of(now: datetime, tick: Tick | None) -> Lag | None:
    """Say how far the wall clock is ahead of the steady one, where there is one."""
    return Lag(tick.boot, round(now.timestamp() * 1000) - tick.ms) if tick else None


def open_on(work: Work, person_id: PersonId, study_id: UUID) -> UUID | None:
    """Name the lease that a person holds on a study, if any."""
    return work.session.scalar(
        select(Lease.id).where(
            Lease.person_id == person_id,
            Lease.study_id == study_id,
            Lease.ended_at.is_(None),
        )
    )


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
            select(Lease.last_beat_at)
            .where(
                Lease.id == lease.id,
                Lease.ended_at.is_(None),
                Lease.last_beat_at < work.now - SILENCE,
            )
            # Against a beat on its way, which takes no other lock than this row.
            .with_for_update()
        )
        if last is not None:
            end(work, lease.id, "silent", at=last)
            closed += 1
    return closed


def enrolment_of(
    work: Work, person_id: PersonId, enrolment_id: EnrolmentId
) -> Enrolment:
    """Find a person's enrolment that counts somewhere.

    Raises: NotFound; Refused when a 公共 course counts nowhere yet, and when its money
        went back.
    """
    found = work.session.scalar(
        select(Enrolment).where(
            Enrolment.id == enrolment_id, Enrolment.person_id == person_id
        )
    )
    if found is None:
        raise NotFound("enrolment.unknown")
    if found.closed_at is not None:
        raise Refused("enrolment.closed")
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
    """Say what a lesson asks for, at the usual speed."""
    return measure_of(
        required_seconds=lesson.required_seconds,
        film_seconds=lesson.duration_seconds if lesson.kind == "film" else None,
    )


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
