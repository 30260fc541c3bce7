"""Sit a test. The server draws, times and marks; a browser only shows and sends."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm.attributes import flag_modified

from lms.accounts import services as accounts
from lms.evidence import services as evidence
from lms.exams import queries
from lms.exams.models import Attempt, Question
from lms.exams.rules import AttemptState, mark, marks, time_for, valid_choice
from lms.exams.services import answers as analysis
from lms.exams.services import drawing
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AttemptId, PersonId, new_id
from lms.kernel.work import Work, fail_point

GRACE = timedelta(seconds=2)
"""How long after the deadline an answer that was under way still counts."""


def start(work: Work, person_id: PersonId, sitting: queries.Sitting) -> AttemptId:
    """Begin an attempt, or give the one that is open.

    Raises: Refused with every reason (hours short, no attempt left, passed already);
    Conflict while a test of another specialty is open.
    """
    # A double click asks twice at once: the second finds the attempt of the first.
    accounts.lock_person(work, person_id)
    on = legal_day(work.now)
    standing = queries.standing(work.session, person_id, sitting, on=on)
    if standing.open_id is not None:
        return standing.open_id
    reasons = _against(standing)
    if reasons:
        raise Refused("exam.shut", reasons=reasons)
    _none_open(work, person_id)
    made = drawing.drawn(work, sitting, standing.in_force)
    row = _attempt(work, person_id, standing, made)
    work.session.add(row)
    work.session.flush()
    _note_start(work, row, made)
    return AttemptId(row.id)


def _attempt(
    work: Work, person_id: PersonId, standing: queries.Standing, made: drawing.Made
) -> Attempt:
    sitting, blueprint = standing.sitting, standing.blueprint
    return Attempt(
        id=new_id(),
        person_id=person_id,
        association_id=sitting.association_id,
        specialty=sitting.specialty,
        period_from=sitting.period_from,
        period_until=sitting.period_until,
        n=len(standing.attempts) + 1,
        state=AttemptState.OPEN,
        paper=drawing.written(made.paper),
        answers={},
        pass_mark=blueprint.pass_mark,
        started_at=work.now,
        deadline_at=work.now + time_for(blueprint, standing.extra_percent),
        blueprint_id=standing.in_force.id,
        extra_minutes=standing.extra_minutes,
    )


def _against(standing: queries.Standing) -> tuple[str, ...]:
    """List what speaks against a new attempt."""
    found = {
        "exam.hours_short": bool(standing.owed),
        "exam.passed": standing.passed is not None,
        "exam.locked": standing.locked,
    }
    return tuple(code for code, holds in found.items() if holds)


def _none_open(work: Work, person_id: PersonId) -> None:
    other = work.session.scalar(
        select(Attempt.id).where(
            Attempt.person_id == person_id, Attempt.state == AttemptState.OPEN
        )
    )
    if other is not None:
        raise Conflict("exam.other_open")


def _note_start(work: Work, row: Attempt, made: drawing.Made) -> None:
    evidence.note(
        work,
        f"person:{row.person_id}",
        "exam.started",
        body={"paper": _as_shown(work, row), "draw": made.told},
        attempt=row.id,
        n=row.n,
        specialty=row.specialty.value,
        extra_minutes=row.extra_minutes,
    )


def _as_shown(work: Work, made: Attempt) -> list[list[object]]:
    """Write a paper down: by place the question, its text's hash, order and worth."""
    paper = queries.paper_of(made)
    asked = {"ids": [item.question_id for item in paper]}
    found = work.session.connection().execute(_DIGESTS, asked)
    digests = {row.id: bytes(row.digest).hex() for row in found}
    return [
        [str(item.question_id), digests[item.question_id], item.order, item.worth]
        for item in paper
    ]


def save(
    work: Work,
    person_id: PersonId,
    attempt_id: UUID,
    answers: Mapping[int, Sequence[int]],
) -> int:
    """Keep answers as they are given; what is sent again replaces what was.

    Raises: NotFound; Conflict when the time is over or the paper was handed in; Refused
    for a choice that the paper does not offer.

    Shape: the count of answered places.
    """
    row = _open_attempt(work, person_id, attempt_id)
    if work.now > row.deadline_at + GRACE:
        raise Conflict("exam.over")
    _keep(row, answers)
    return len(row.answers)


def _keep(row: Attempt, answers: Mapping[int, Sequence[int]]) -> None:
    paper = queries.paper_of(row)
    for place, chosen in answers.items():
        if not 0 <= place < len(paper) or not valid_choice(paper[place], chosen):
            raise Refused("exam.choice_unknown")
        if chosen:
            row.answers[str(place)] = sorted(chosen)
        else:
            row.answers.pop(str(place), None)
    flag_modified(row, "answers")


def submit(
    work: Work,
    person_id: PersonId,
    attempt_id: UUID,
    answers: Mapping[int, Sequence[int]] | None = None,
) -> None:
    """Hand the paper in and mark it, once. Answers that come too late do not count.

    Raises: NotFound; Conflict when it was handed in before.
    """
    row = _open_attempt(work, person_id, attempt_id)
    if answers and work.now <= row.deadline_at + GRACE:
        _keep(row, answers)
    fail_point("exams.submit.before_mark")
    # Answers and mark go out in one update.
    with work.session.no_autoflush:
        _grade(work, row)


def auto_submit_due(work: Work, attempt_id: UUID) -> bool:
    """Hand in a paper whose time is over, with what was saved by then.

    Shape: whether it was still open.
    """
    row = work.session.scalar(
        select(Attempt)
        .where(Attempt.id == attempt_id, Attempt.state == AttemptState.OPEN)
        .with_for_update()
    )
    if row is None or work.now < row.deadline_at + GRACE:
        return False
    _grade(work, row)
    return True


def due(work: Work) -> list[UUID]:
    """List the papers whose time is over."""
    return list(
        work.session.scalars(
            select(Attempt.id).where(
                Attempt.state == AttemptState.OPEN,
                Attempt.deadline_at < work.now - GRACE,
            )
        )
    )


def move_deadlines(work: Work, step: timedelta) -> int:
    """Let open papers end when they would have, though the clock was set.

    One begun after the step has its hour from the new clock. Shape: how many moved.
    """
    rows = work.session.scalars(
        select(Attempt)
        .where(
            Attempt.state == AttemptState.OPEN,
            Attempt.started_at <= work.now - step,
        )
        .order_by(Attempt.person_id)
        .with_for_update()
    ).all()
    for row in rows:
        row.deadline_at += step
        evidence.note(
            work,
            f"person:{row.person_id}",
            "exam.deadline_moved",
            attempt=row.id,
            seconds=round(step.total_seconds()),
        )
    return len(rows)


def _open_attempt(work: Work, person_id: PersonId, attempt_id: UUID) -> Attempt:
    row = work.session.scalar(
        select(Attempt)
        .where(Attempt.id == attempt_id, Attempt.person_id == person_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound("attempt.unknown")
    if row.state is not AttemptState.OPEN:
        raise Conflict("exam.handed_in")
    return row


_ASKED = Question.id.in_(bindparam("ids", expanding=True))
_KEYS = select(Question.id, Question.key).where(_ASKED)
_DIGESTS = select(Question.id, Question.digest).where(_ASKED)


def _grade(work: Work, row: Attempt) -> None:
    paper = queries.paper_of(row)
    asked = {"ids": [item.question_id for item in paper]}
    keys = dict(work.session.connection().execute(_KEYS, asked).all())
    row.state = AttemptState.GRADED
    row.submitted_at = min(work.now, _last_moment(row))
    row.score = mark(paper, keys, row.answers)
    row.passed = row.score >= row.pass_mark
    analysis.keep(work, row, paper, keys)
    evidence.note(
        work,
        f"person:{row.person_id}",
        "exam.graded",
        body={
            "answers": row.answers,
            "right": marks(paper, keys, row.answers),
            "score": row.score,
            "submitted_at": row.submitted_at,
        },
        attempt=row.id,
        n=row.n,
        specialty=row.specialty.value,
        score=row.score,
    )


def _last_moment(row: Attempt) -> datetime:
    return row.deadline_at + GRACE
