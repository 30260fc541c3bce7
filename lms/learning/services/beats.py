"""Record one beat of the player: the busiest command of the house.

While a lease is open, one row holds all that a beat reads and writes (`Lease`). So a
beat is one read, one pure decision and one guarded update, by the bare driver. What a
beat was told is kept with the lease: a retry hears it again and earns nothing twice.
Where a beat ends something, the whole is one unit of work (`record_beat`); the common
beat may be its own (`carry`).
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from json import loads
from typing import Any
from uuid import UUID

from lms.evidence.rules import canonical, instant_text
from lms.kernel.bare import Statement, driver_under
from lms.kernel.clock import Tick, legal_day
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.learning.rules import (
    Claim,
    Lag,
    Measure,
    Moment,
    Progress,
    Reason,
    State,
    Verdict,
    clock_step,
    is_complete,
    judge_beat,
)
from lms.learning.services import finish as finishing
from lms.learning.services import heads, leases, presence
from lms.learning.services.rows import COLUMNS, LeaseRow

_READ_SQL = (
    f"SELECT {COLUMNS} FROM leases l "  # noqa: S608 - our own column names
    "WHERE l.id = :lease_id AND l.person_id = :person_id"
)
_READ = Statement(_READ_SQL, LeaseRow)
_READ_LOCKED = Statement(f"{_READ_SQL} FOR UPDATE", LeaseRow)
_CARRY = Statement(
    "UPDATE leases SET seq = :seq, nonce = :nonce, last_beat_at = :at, "
    "answer = :answer, credited_seconds = :credited, mark = :mark, day = :day, "
    "day_seconds = :day_seconds, watched = :watched, study_seconds = :study_seconds, "
    "furthest = :furthest, position = :position, boot = :boot, lag_ms = :lag_ms, "
    "clock_steps = :clock_steps, gap_squares = :gap_squares, beats_hash = :beats_hash "
    "WHERE id = :id AND seq = :seq - 1 AND ended_at IS NULL"
)
"""Nothing matches when another beat or an ending came first."""


UNANSWERED = "lease.unanswered"


@dataclass(frozen=True, slots=True)
class Beat:
    """What the player sends."""

    lease: UUID
    seq: int
    nonce: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class Answer:
    """What the player is told. Shape: `body` is JSON text; `line` the beat's record."""

    body: str
    in_step: bool = True
    line: str | None = None

    @property
    def told(self) -> dict[str, Any]:
        """Read the body."""
        told: dict[str, Any] = loads(self.body)
        return told


@dataclass(frozen=True, slots=True)
class Heard:
    """What one beat comes to.

    `values` are to be carried to the lease, when it moved; `ends` says why the lease
    ends with it, at `ended_at`; `calls` that a presence check is due or waits.
    """

    answer: Answer
    values: dict[str, object] | None = None
    ends: str | None = None
    ended_at: datetime | None = None
    calls: bool = False
    step: timedelta = timedelta()

    @property
    def common(self) -> bool:
        """Say whether carrying the values is all that there is to do."""
        return self.values is not None and self.ends is None and not self.calls


def record_beat(
    work: Work, person_id: PersonId, beat: Beat, *, tick: Tick | None = None
) -> Answer:
    """Credit one beat, and finish the lesson with the beat that completes it.

    A beat out of step changes nothing and is told where the lease stands; a lease that
    was silent too long ends here, and the silence earns nothing.

    Raises: NotFound when the lease is not this person's.
    """
    work.session.flush()
    heads.lock_only(work, person_id)
    driver = driver_under(work.session)
    locks = work.session.get_bind().dialect.name == "postgresql"
    rows = (_READ_LOCKED if locks else _READ).rows(
        driver, {"lease_id": beat.lease, "person_id": person_id}
    )
    if not rows:
        raise NotFound("lease.unknown")
    row = LeaseRow._make(rows[0])
    heard = hear(row, beat, work.now, tick)
    if heard.values is not None:
        _CARRY.changed(driver, heard.values)
    if heard.calls and heard.ends is None:
        heard = _called(work, row, heard)
    if heard.ends == "done":
        leases.fold(work, row.id)
        finishing.finish(work, person_id, row.study_id)
    if heard.ends is not None:
        leases.end(work, row.id, heard.ends, at=heard.ended_at)
    return heard.answer


def _called(work: Work, row: LeaseRow, heard: Heard) -> Heard:
    """Tell of the presence check that is due or waits; two missed end the lease."""
    told = heard.answer.told
    full = told["credited"] >= told["target"]
    asked = presence.Heard(row.id, row.last_beat_at, told["earned"], full, heard.step)
    call = presence.attend(work, asked)
    if call is None:
        return heard
    if call.closes:
        presence.keep_answer(work, row.id, "")
        return replace(heard, answer=_elsewhere(row, UNANSWERED), ends="unanswered")
    body = canonical(told | {"reason": Reason.CHECK, "check": call.check})
    presence.keep_answer(work, row.id, body)
    return replace(heard, answer=replace(heard.answer, body=body))


def carry(driver: Any, heard: Heard) -> bool:  # noqa: ANN401 - the driver's own type
    """Write a common beat; False when something came first: then hear it anew."""
    if heard.values is None:
        return True
    return _CARRY.changed(driver, heard.values) == 1


def hear(row: LeaseRow, beat: Beat, now: datetime, tick: Tick | None) -> Heard:
    """Judge a beat against its lease. Pure but for the next nonce.

    Source: protocol of the house; never above the clock, whoever asks.
    """
    if beat.seq == row.seq and row.answer:
        return Heard(Answer(row.answer), calls=row.check_id is not None)
    lag = leases.lag_of(now, tick)
    step = clock_step(Lag(row.boot, row.lag_ms) if row.boot else None, lag)
    gap = now - row.last_beat_at - step
    if row.ended_at is not None:
        return Heard(_elsewhere(row, f"lease.{row.ended_why}"))
    if gap > leases.SILENCE:
        told = _elsewhere(row, "lease.silent")
        return Heard(told, ends="silent", ended_at=row.last_beat_at)
    if beat.seq != row.seq + 1 or not secrets.compare_digest(
        beat.nonce.encode(), row.nonce.encode()
    ):
        return Heard(_elsewhere(row, "lease.out_of_step"))
    return _judged(row, beat, _Times(now, step, gap, lag))


@dataclass(frozen=True, slots=True)
class _Times:
    now: datetime
    step: timedelta
    gap: timedelta
    lag: Lag | None


def _judged(row: LeaseRow, beat: Beat, times: _Times) -> Heard:
    now = times.now
    before = Progress(
        watched=tuple((low, high) for low, high in loads(row.watched)),
        credited_seconds=row.study_seconds,
        furthest=row.furthest,
        position=row.position,
    )
    measure = Measure(row.film_seconds, row.target_seconds, row.top_rate)
    today = legal_day(now)
    used = row.day_seconds if row.day == today else 0
    cap = row.daily_cap_seconds
    moment = Moment(
        now,
        row.mark + times.step,
        None if cap is None else max(0, cap - used),
        waited_for=row.check_id is not None,
    )
    verdict = judge_beat(before, beat.claim, moment, measure)
    done = is_complete(verdict.progress, measure, questions_open=row.questions_open)
    told = _told(row, verdict, beat.seq, done=done)
    body = canonical(told)
    values, line = _carried(row, beat, times, verdict)
    values |= {"nonce": told["nonce"], "answer": body, "day": today}
    values["day_seconds"] = used + verdict.earned
    left = "left" if beat.claim.state is State.LEFT else None
    due = row.check_at is not None and (now >= row.check_at or bool(times.step))
    return Heard(
        Answer(body, line=line),
        values,
        ends="done" if done else left,
        calls=row.check_id is not None or due,
        step=times.step,
    )


def _carried(
    row: LeaseRow, beat: Beat, times: _Times, verdict: Verdict
) -> tuple[dict[str, object], str]:
    """Gather what the lease is to hold after a beat, and the beat's record."""
    chained, line = _chained(row, beat, verdict.earned, times.now)
    progress = verdict.progress
    return {
        "id": row.id,
        "seq": beat.seq,
        "at": times.now,
        "credited": row.credited_seconds + verdict.earned,
        "mark": verdict.mark,
        "watched": canonical(progress.watched),
        "study_seconds": progress.credited_seconds,
        "furthest": progress.furthest,
        "position": progress.position,
        "boot": times.lag.boot if times.lag else "",
        "lag_ms": times.lag.ms if times.lag else 0,
        "clock_steps": row.clock_steps + bool(times.step),
        "gap_squares": row.gap_squares + (times.gap // _MS) ** 2,
        "beats_hash": chained,
    }, line


_MS = timedelta(milliseconds=1)


def _chained(
    row: LeaseRow, beat: Beat, earned: int, now: datetime
) -> tuple[bytes, str]:
    """Chain a beat to those before it, and write its record.

    Shape: [lease, seq, at, from, to, state, earned]; the hash covers that text and the
    hash before it.
    """
    claim = beat.claim
    record = canonical(
        [
            row.id,
            beat.seq,
            instant_text(now),
            claim.media_from,
            claim.media_to,
            claim.state,
            earned,
        ]
    )
    return hashlib.sha256(row.beats_hash + record.encode()).digest(), record


def _elsewhere(row: LeaseRow, code: str) -> Answer:
    """Tell a page that is out of step where its lease stands."""
    where = {
        "code": code,
        "seq": row.seq,
        "nonce": row.nonce if row.ended_at is None else "",
        "credited": row.study_seconds,
        "target": row.target_seconds,
        "position": row.position,
        "furthest": row.furthest,
    }
    return Answer(canonical(where), in_step=False)


def _told(row: LeaseRow, verdict: Verdict, seq: int, *, done: bool) -> dict[str, Any]:
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
