"""Ask whether a person is there, at instants that only the server knows.

The caller holds the person's study head. While a check waits the lease earns nothing;
whoever comes back to a check that was missed is asked again before anything is earned.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from json import loads
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from lms.catalogue import queries as catalogue
from lms.evidence import services as evidence
from lms.evidence.rules import canonical
from lms.kernel.ids import LessonId, PersonId, new_id
from lms.kernel.work import Work
from lms.learning import queries
from lms.learning.models import Enrolment, Lease, PresenceCheck, Study, StudyHead
from lms.learning.rules import SILENCE_SECONDS, Spans
from lms.learning.rules.presence import (
    CODE_DIGITS,
    MOST_TRIES,
    Candidate,
    CheckKind,
    Missed,
    Outcome,
    Presence,
    Turn,
    Waiting,
    just_seen,
    left_seconds,
    presence_of,
    span_between,
    turn,
)
from lms.learning.services import heads

Told = dict[str, Any]
"""A check as the page is told of it."""

_REMEMBERED = 12
"""How many of a lesson's last checks are not asked again."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the checks of one lesson rest on."""

    lesson: catalogue.LessonCard
    settings: Presence
    pace: int


@dataclass(frozen=True, slots=True)
class Heard:
    """A beat, as far as presence is concerned. `last_at` is when the one before came.

    `full` says that the lesson needs no more time; `step` how far the clock was set.
    """

    lease_id: UUID
    last_at: datetime
    earned: int
    full: bool
    step: timedelta


@dataclass(frozen=True, slots=True)
class Call:
    """What a beat is told beside its own answer. `closes`: nobody answered."""

    check: Told | None
    closes: bool = False


def begin(work: Work, lease: Lease) -> Told | None:
    """Set a new lease's next check; give the one that must be passed first, if any."""
    lease.proof = _standing(lease)
    ground = ground_of(work, lease.study_id)
    span = _span(ground, lease)
    last = _settled(work, lease)
    if span is None:
        return None
    lease.check_at = work.now + timedelta(seconds=_first(work, lease, span))
    work.session.flush()
    if last is None or last.outcome is Outcome.PASSED:
        return None
    if last.outcome is Outcome.MISSED:
        last = _ask(work, lease, ground, after_misses=0)
    last.lease_id = lease.id
    lease.check_id = last.id
    work.session.flush()
    return tell(work, last)


def attend(work: Work, heard: Heard) -> Call | None:
    """Say what becomes of the check that is due or waits, when a beat was heard.

    A check is asked only of whoever earns; one that comes due in a pause waits for it.
    """
    lease = work.session.get_one(Lease, heard.lease_id, populate_existing=True)
    if lease.check_id is not None:
        check = work.session.get_one(PresenceCheck, lease.check_id)
        check.answer_until += heard.step
        return go_on(work, lease, check, heard.last_at + heard.step)
    if lease.check_at is None:
        return None
    lease.check_at += heard.step
    if lease.check_at > work.now or not heard.earned or heard.full:
        work.session.flush()
        return None
    check = _ask(work, lease, ground_of(work, lease.study_id), after_misses=0)
    lease.check_id = check.id
    work.session.flush()
    return Call(tell(work, check))


def go_on(work: Work, lease: Lease, check: PresenceCheck, heard: datetime) -> Call:
    """Let a check wait, begin its time again, or note that it was missed."""
    match turn(waiting(check), work.now, heard):
        case Turn.WAIT:
            return Call(tell(work, check))
        case Turn.EXCUSE:
            settings = ground_of(work, check.study_id).settings
            check.answer_until = work.now + timedelta(seconds=settings.answer_seconds)
            check.excused = True
            work.session.flush()
            return Call(tell(work, check))
        case Turn.MISS:
            wrong = check.tries >= MOST_TRIES
            miss(work, check, Missed.WRONG if wrong else Missed.UNANSWERED)
            return _after_miss(work, lease, check)


def _after_miss(work: Work, lease: Lease, check: PresenceCheck) -> Call:
    ground = ground_of(work, lease.study_id)
    misses = check.after_misses + 1
    lease.checks_missed += 1
    lease.check_id = None
    if misses >= ground.settings.misses:
        if ground.settings.drop_unproved:
            _take_back(lease)
        work.session.flush()
        return Call(None, closes=True)
    again = _ask(work, lease, ground, after_misses=misses)
    lease.check_id = again.id
    work.session.flush()
    return Call(tell(work, again))


def passed(work: Work, lease: Lease, check: PresenceCheck, **proof: object) -> None:
    """Note a right answer: time counts again from now on, and the next is drawn."""
    check.outcome, check.ended_at = Outcome.PASSED, work.now
    lease.check_id = None
    lease.mark = max(lease.mark, work.now)
    lease.last_beat_at = max(lease.last_beat_at, work.now)
    span = _span(ground_of(work, lease.study_id), lease)
    lease.check_at = work.now + timedelta(seconds=_drawn(span)) if span else None
    lease.proof = _standing(lease)
    work.session.flush()
    _note(work, check, "presence.passed", tries=check.tries + 1, **proof)


def miss(work: Work, check: PresenceCheck, why: Missed) -> None:
    """Note that a check was not answered. What was earned before it stays."""
    check.outcome, check.why, check.ended_at = Outcome.MISSED, why, work.now
    work.session.flush()
    _note(work, check, "presence.missed", tries=check.tries, why=why)


def abandon(work: Work, lease: Lease, why: str) -> None:
    """Settle the check of a lease that ends, where nobody is left to answer it."""
    if lease.check_id is None or why != "silent":
        return
    check = work.session.get_one(PresenceCheck, lease.check_id)
    if check.outcome is None:
        lease.checks_missed += 1
        miss(work, check, Missed.SILENT)


def expire_checks(work: Work, *, limit: int = 100) -> int:
    """Note as missed what waits although its lease has long ended, and say how many."""
    before = work.now - timedelta(seconds=SILENCE_SECONDS)
    stale = work.session.execute(
        select(PresenceCheck.id, PresenceCheck.person_id)
        .join(Lease, Lease.id == PresenceCheck.lease_id)
        .where(
            PresenceCheck.outcome.is_(None),
            PresenceCheck.answer_until < before,
            Lease.ended_at < before,
        )
        .limit(limit)
    ).all()
    for one in stale:
        heads.lock(work, PersonId(one.person_id))
        check = work.session.get_one(PresenceCheck, one.id, populate_existing=True)
        if check.outcome is None:
            miss(work, check, Missed.UNANSWERED)
    return len(stale)


def keep_answer(work: Work, lease_id: UUID, body: str) -> None:
    """Let a retry hear of the check too, and of a lease that ends nothing more."""
    lease = work.session.get_one(Lease, lease_id)
    lease.answer = body
    work.session.flush()


def keep_left(work: Work, lease: Lease) -> None:
    """Keep how far off the next check is: a new lease does not put it off."""
    if lease.check_at is None:
        return
    gone = lease.check_at - lease.last_beat_at
    work.session.execute(
        update(StudyHead)
        .where(StudyHead.person_id == lease.person_id)
        .values(check_left=max(0, int(gone.total_seconds())))
    )


def tell(work: Work, check: PresenceCheck) -> Told:
    """Put a check into words for the page, and say whether a picture may answer."""
    ground = ground_of(work, check.study_id)
    question = question_of(ground, check)
    return {
        "id": str(check.id),
        "kind": check.kind.value,
        "stem": question.stem if question else None,
        "options": list(question.options) if question else [],
        "multiple": bool(question and len(question.key) > 1),
        "code": check.code,
        "left": left_seconds(check.answer_until, work.now),
        "whole": ground.settings.answer_seconds,
        "tries": check.tries,
        "missed": check.after_misses,
        "camera": may_picture(work, ground),
    }


def may_picture(work: Work, ground: Ground) -> bool:
    """Tell whether whoever acts may answer by a picture: they agreed, and still do."""
    account_id = work.actor.account_id
    if account_id is None or not ground.settings.camera:
        return False
    consent = queries.picture_consent(work.session, account_id)
    return consent is not None and consent.agreed


def question_of(ground: Ground, check: PresenceCheck) -> catalogue.QuestionCard | None:
    """Find the question that a check asks."""
    for one in ground.lesson.questions:
        if str(one.id) == check.question_id:
            return one
    return None


def ground_of(work: Work, study_id: UUID) -> Ground:
    """Find the lesson, and what its association asks of presence."""
    row = work.session.execute(
        select(Study.lesson_id, Enrolment.association_id)
        .join(Enrolment, Enrolment.id == Study.enrolment_id)
        .where(Study.id == study_id)
    ).one()
    association = catalogue.association_at(work.session, row.association_id, work.now)
    return Ground(
        catalogue.lesson(work.session, LessonId(row.lesson_id)),
        presence_of(association.presence),
        association.seconds_per_hour,
    )


def waiting(check: PresenceCheck) -> Waiting:
    """Give what time has to do with a check."""
    return Waiting(check.answer_until, check.excused, check.tries)


def _ask(
    work: Work, lease: Lease, ground: Ground, *, after_misses: int
) -> PresenceCheck:
    asked = work.session.scalars(
        select(PresenceCheck.question_id)
        .where(
            PresenceCheck.person_id == lease.person_id,
            PresenceCheck.study_id == lease.study_id,
            PresenceCheck.question_id.is_not(None),
        )
        .order_by(PresenceCheck.asked_at.desc())
        .limit(_REMEMBERED)
    ).all()
    fresh = just_seen(
        [Candidate(str(one.id), one.at_second) for one in ground.lesson.questions],
        _spans(lease),
        {one for one in asked if one},
    )
    question = secrets.choice(fresh) if fresh else None
    check = PresenceCheck(
        id=new_id(),
        person_id=lease.person_id,
        lease_id=lease.id,
        study_id=lease.study_id,
        kind=CheckKind.QUESTION if question else CheckKind.CODE,
        question_id=question,
        code=None if question else _code(),
        asked_at=work.now,
        answer_until=work.now + timedelta(seconds=ground.settings.answer_seconds),
        excused=False,
        tries=0,
        after_misses=after_misses,
    )
    work.session.add(check)
    work.session.flush()
    return check


def _settled(work: Work, lease: Lease) -> PresenceCheck | None:
    """Find the person's last check; one whose time ran out meanwhile was missed."""
    last = work.session.scalars(
        select(PresenceCheck)
        .where(PresenceCheck.person_id == lease.person_id)
        .order_by(
            PresenceCheck.outcome.is_(None).desc(),
            PresenceCheck.asked_at.desc(),
            PresenceCheck.after_misses.desc(),
        )
        .limit(1)
    ).first()
    if last is None or last.outcome is not None:
        return last
    if turn(waiting(last), work.now, work.now) is Turn.MISS:
        miss(work, last, Missed.UNANSWERED)
    return last


def _first(work: Work, lease: Lease, span: tuple[int, int]) -> int:
    left = work.session.scalar(
        select(StudyHead.check_left).where(StudyHead.person_id == lease.person_id)
    )
    return _drawn(span) if left is None else min(left, span[1])


def _span(ground: Ground, lease: Lease) -> tuple[int, int] | None:
    return span_between(
        ground.settings, pace=ground.pace, target_seconds=lease.target_seconds
    )


def _drawn(span: tuple[int, int]) -> int:
    least, most = span
    return least + secrets.randbelow(most - least + 1)


def _code() -> str:
    return str(secrets.randbelow(10**CODE_DIGITS)).zfill(CODE_DIGITS)


def _spans(lease: Lease) -> Spans:
    return tuple((low, high) for low, high in loads(lease.watched))


_PROVED = (
    "watched",
    "study_seconds",
    "credited_seconds",
    "furthest",
    "position",
    "day_seconds",
)


def _standing(lease: Lease) -> str:
    """Write down where a lease stands, for `drop_unproved`."""
    return canonical({name: getattr(lease, name) for name in _PROVED})


def _take_back(lease: Lease) -> None:
    if lease.proof:
        for name, value in loads(lease.proof).items():
            setattr(lease, name, value)


def _note(work: Work, check: PresenceCheck, kind: str, **facts: object) -> None:
    evidence.note(
        work,
        f"person:{check.person_id}",
        kind,
        check=check.id,
        asks=check.kind,
        question=check.question_id,
        study=check.study_id,
        lease=check.lease_id,
        asked=check.asked_at,
        excused=check.excused,
        **facts,
    )
