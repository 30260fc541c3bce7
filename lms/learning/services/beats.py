"""Record one beat of the player: the busiest command of the house.

Few statements, no entities: one select over lease, study and head, the pure rule, and
one update for each table that the rule moved. What a beat was told is kept with the
lease, so a retry hears it again and earns nothing twice.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select, update

from lms.evidence.rules import canonical
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.learning.models import Lease, Study, StudyHead
from lms.learning.rules import (
    Claim,
    Measure,
    Moment,
    Progress,
    Reason,
    State,
    Verdict,
    is_complete,
    judge_beat,
    total,
)
from lms.learning.services import finish as finishing
from lms.learning.services import heads, leases

_LEASE: Any = Lease.__table__.c
_STUDY: Any = Study.__table__.c
_HEAD: Any = StudyHead.__table__.c

BeatRow = Row[*tuple[Any, ...]]

_READ = (
    select(
        _LEASE.id,
        _LEASE.study_id,
        _LEASE.last_beat_at,
        _LEASE.ended_at,
        _LEASE.ended_why,
        _LEASE.seq,
        _LEASE.nonce,
        _LEASE.answer,
        _LEASE.credited_seconds.label("lease_credited"),
        _LEASE.interval,
        _LEASE.film_seconds,
        _LEASE.target_seconds,
        _LEASE.top_rate,
        _LEASE.daily_cap_seconds,
        _STUDY.watched,
        _STUDY.credited_seconds,
        _STUDY.furthest,
        _STUDY.position,
        _STUDY.questions_open,
        _HEAD.credited_until,
        _HEAD.day,
        _HEAD.day_seconds,
    )
    .select_from(Lease)
    .join(Study, _STUDY.id == _LEASE.study_id)
    .join(StudyHead, _HEAD.person_id == _LEASE.person_id)
    .where(
        _LEASE.id == bindparam("lease_id"), _LEASE.person_id == bindparam("person_id")
    )
)
_MOVE_LEASE = (
    update(Lease)
    .where(_LEASE.id == bindparam("b_id"))
    .values(
        seq=bindparam("b_seq"),
        nonce=bindparam("b_nonce"),
        last_beat_at=bindparam("b_at"),
        answer=bindparam("b_answer"),
        credited_seconds=bindparam("b_credited"),
    )
)
_MOVE_STUDY = (
    update(Study)
    .where(_STUDY.id == bindparam("b_id"))
    .values(
        watched=bindparam("b_watched"),
        watched_seconds=bindparam("b_watched_seconds"),
        credited_seconds=bindparam("b_credited"),
        furthest=bindparam("b_furthest"),
        position=bindparam("b_position"),
        last_at=bindparam("b_at"),
    )
)
_MOVE_HEAD = (
    update(StudyHead)
    .where(_HEAD.person_id == bindparam("b_id"))
    .values(
        credited_until=bindparam("b_until"),
        day=bindparam("b_day"),
        day_seconds=bindparam("b_seconds"),
    )
)


@dataclass(frozen=True, slots=True)
class Beat:
    """What the player sends."""

    lease: UUID
    seq: int
    nonce: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class Answer:
    """What the player is told. Shape: `body` is JSON text."""

    body: str
    in_step: bool = True

    @property
    def told(self) -> dict[str, Any]:
        """Read the body."""
        told: dict[str, Any] = json.loads(self.body)
        return told


def record_beat(work: Work, person_id: PersonId, beat: Beat) -> Answer:
    """Credit one beat, and finish the lesson with the beat that completes it.

    A beat out of step changes nothing and is told where the lease stands; a lease that
    was silent too long ends here, and the silence earns nothing.

    Raises: NotFound when the lease is not this person's.
    """
    heads.lock_only(work, person_id)
    connection = work.session.connection()
    row = connection.execute(
        _READ, {"lease_id": beat.lease, "person_id": person_id}
    ).first()
    if row is None:
        raise NotFound("lease.unknown")
    if beat.seq == row.seq and row.answer:
        return Answer(row.answer)
    refused = _out_of_step(work, row, beat)
    if refused:
        return refused
    return _judge(work, person_id, row, beat)


def _judge(work: Work, person_id: PersonId, row: BeatRow, beat: Beat) -> Answer:
    connection = work.session.connection()
    before, measure = _progress(row), _measure(row)
    day, used = _day(row, work.now)
    verdict = judge_beat(before, beat.claim, _moment(row, work.now, used), measure)
    if verdict.progress != before:
        _move_study(connection, row.study_id, verdict.progress, work.now)
    if verdict.mark != row.credited_until:
        connection.execute(
            _MOVE_HEAD,
            {
                "b_id": person_id,
                "b_until": verdict.mark,
                "b_day": day,
                "b_seconds": used + verdict.earned,
            },
        )
    done = is_complete(verdict.progress, measure, questions_open=row.questions_open)
    answer = _answer(row, verdict, beat.seq, done=done)
    body = canonical(answer)
    connection.execute(
        _MOVE_LEASE,
        {
            "b_id": row.id,
            "b_seq": beat.seq,
            "b_nonce": answer["nonce"],
            "b_at": work.now,
            "b_answer": body,
            "b_credited": row.lease_credited + verdict.earned,
        },
    )
    if done:
        finishing.finish(work, person_id, row.study_id)
        leases.end(work, row.id, "done")
    elif beat.claim.state is State.LEFT:
        leases.end(work, row.id, "left")
    return Answer(body)


def _out_of_step(work: Work, row: BeatRow, beat: Beat) -> Answer | None:
    code = None
    if row.ended_at is not None:
        code = f"lease.{row.ended_why}"
    elif work.now - row.last_beat_at > leases.SILENCE:
        leases.end(work, row.id, "silent", at=row.last_beat_at)
        code = "lease.silent"
    elif beat.seq != row.seq + 1 or not secrets.compare_digest(
        beat.nonce.encode(), row.nonce.encode()
    ):
        code = "lease.out_of_step"
    if code is None:
        return None
    where = {
        "code": code,
        "seq": row.seq,
        "nonce": row.nonce if row.ended_at is None else "",
        "credited": row.credited_seconds,
        "target": row.target_seconds,
        "position": row.position,
        "furthest": row.furthest,
    }
    return Answer(canonical(where), in_step=False)


def _answer(row: BeatRow, verdict: Verdict, seq: int, *, done: bool) -> dict[str, Any]:
    progress = verdict.progress
    reason = verdict.reason
    full = progress.credited_seconds >= row.target_seconds
    if full and row.questions_open and reason in {None, Reason.DONE}:
        reason = Reason.QUESTIONS
    return {
        "seq": seq,
        "nonce": secrets.token_urlsafe(12),
        "earned": verdict.earned,
        "credited": progress.credited_seconds,
        "target": row.target_seconds,
        "position": progress.position,
        "furthest": progress.furthest,
        "seek": verdict.seek,
        "reason": reason,
        "questions_open": row.questions_open,
        "done": done,
    }


def _progress(row: BeatRow) -> Progress:
    return Progress(
        watched=tuple((low, high) for low, high in json.loads(row.watched)),
        credited_seconds=row.credited_seconds,
        furthest=row.furthest,
        position=row.position,
    )


def _measure(row: BeatRow) -> Measure:
    return Measure(row.film_seconds, row.target_seconds, row.top_rate)


def _day(row: BeatRow, now: datetime) -> tuple[date, int]:
    today = legal_day(now)
    return today, row.day_seconds if row.day == today else 0


def _moment(row: BeatRow, now: datetime, used: int) -> Moment:
    cap = row.daily_cap_seconds
    left = None if cap is None else max(0, cap - used)
    return Moment(now, row.credited_until, left)


def _move_study(
    connection: Connection, study_id: UUID, progress: Progress, now: datetime
) -> None:
    connection.execute(
        _MOVE_STUDY,
        {
            "b_id": study_id,
            "b_watched": canonical(progress.watched),
            "b_watched_seconds": total(progress.watched),
            "b_credited": progress.credited_seconds,
            "b_furthest": progress.furthest,
            "b_position": progress.position,
            "b_at": now,
        },
    )
