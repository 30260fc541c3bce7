"""Record one beat of the player: the busiest command of the house.

Few statements, no entities: one locking select over lease, study and head, the pure
rule, and one update for each table that the rule moved. What a beat was told is kept
with the lease, so a retry hears it again and earns nothing twice.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Update, bindparam, select, update

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
from lms.learning.services import leases

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
    # The head first, as everywhere. All three are locked, because after a wait only
    # what is locked is read anew.
    .with_for_update(of=(StudyHead, Lease, Study))
)
_MOVE_LEASE = (
    update(Lease)
    .where(_LEASE.id == bindparam("b_lease"))
    .values(
        seq=bindparam("new_seq"),
        nonce=bindparam("new_nonce"),
        last_beat_at=bindparam("new_beat_at"),
        answer=bindparam("new_answer"),
        credited_seconds=bindparam("lease_credited"),
    )
)
_MOVE_STUDY = (
    update(Study)
    .where(_STUDY.id == bindparam("b_study"))
    .values(
        watched=bindparam("new_watched"),
        watched_seconds=bindparam("new_watched_seconds"),
        credited_seconds=bindparam("study_credited"),
        furthest=bindparam("new_furthest"),
        position=bindparam("new_position"),
        last_at=bindparam("new_last_at"),
    )
)
_MOVE_HEAD = (
    update(StudyHead)
    .where(_HEAD.person_id == bindparam("b_head"))
    .values(
        credited_until=bindparam("new_until"),
        day=bindparam("new_day"),
        day_seconds=bindparam("new_day_seconds"),
    )
)
_MOVE_ALL = _MOVE_LEASE.add_cte(_MOVE_STUDY.cte("study"), _MOVE_HEAD.cte("head"))
"""The three in one trip, where the database can."""

Move = tuple[Update, dict[str, object]]


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
    before, measure = _progress(row), _measure(row)
    day, used = _day(row, work.now)
    verdict = judge_beat(before, beat.claim, _moment(row, work.now, used), measure)
    moves: list[Move] = []
    if verdict.progress != before:
        moves.append(_study_move(row.study_id, verdict.progress, work.now))
    if verdict.mark != row.credited_until:
        new_head = {
            "b_head": person_id,
            "new_until": verdict.mark,
            "new_day": day,
            "new_day_seconds": used + verdict.earned,
        }
        moves.append((_MOVE_HEAD, new_head))
    done = is_complete(verdict.progress, measure, questions_open=row.questions_open)
    answer = _answer(row, verdict, beat.seq, done=done)
    body = canonical(answer)
    new_lease = {
        "b_lease": row.id,
        "new_seq": beat.seq,
        "new_nonce": answer["nonce"],
        "new_beat_at": work.now,
        "new_answer": body,
        "lease_credited": row.lease_credited + verdict.earned,
    }
    _write(work.session.connection(), [*moves, (_MOVE_LEASE, new_lease)])
    if done:
        finishing.finish(work, person_id, row.study_id)
        leases.end(work, row.id, "done")
    elif beat.claim.state is State.LEFT:
        leases.end(work, row.id, "left")
    return Answer(body)


def _write(connection: Connection, moves: list[Move]) -> None:
    whole = len(moves) == 3  # noqa: PLR2004 - study, head and lease
    if whole and connection.dialect.name == "postgresql":
        new = {name: value for _move, values in moves for name, value in values.items()}
        moves = [(_MOVE_ALL, new)]
    for move, values in moves:
        connection.execute(move, values)


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


def _study_move(study_id: UUID, progress: Progress, now: datetime) -> Move:
    new_study = {
        "b_study": study_id,
        "new_watched": canonical(progress.watched),
        "new_watched_seconds": total(progress.watched),
        "study_credited": progress.credited_seconds,
        "new_furthest": progress.furthest,
        "new_position": progress.position,
        "new_last_at": now,
    }
    return _MOVE_STUDY, new_study
