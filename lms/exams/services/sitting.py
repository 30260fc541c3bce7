"""Sit a test. The server draws, times and marks; a browser only shows and sends."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm.attributes import flag_modified

from lms.accounts import services as accounts
from lms.evidence import services as evidence
from lms.exams import queries
from lms.exams.models import Attempt, Question, Unlock
from lms.exams.rules import (
    AttemptState,
    BankItem,
    draw,
    mark,
    marks,
    valid_choice,
)
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AccountId, AttemptId, PersonId, new_id
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
    standing = queries.standing(work.session, person_id, sitting)
    if standing.open_id is not None:
        return standing.open_id
    reasons = _against(standing)
    if reasons:
        raise Refused("exam.shut", reasons=reasons)
    _none_open(work, person_id)
    blueprint = standing.blueprint
    paper = draw(_bank(work, sitting), blueprint, SystemRandom())
    if len(paper) < blueprint.questions:
        raise Refused("exam.bank_short", reasons=("exam.bank_short",))
    made = Attempt(
        id=new_id(),
        person_id=person_id,
        association_id=sitting.association_id,
        specialty=sitting.specialty,
        period_from=sitting.period_from,
        period_until=sitting.period_until,
        n=len(standing.attempts) + 1,
        state=AttemptState.OPEN,
        paper=[[str(i.question_id), i.kind.value, list(i.order)] for i in paper],
        answers={},
        pass_mark=blueprint.pass_mark,
        started_at=work.now,
        deadline_at=work.now + timedelta(minutes=blueprint.minutes),
    )
    work.session.add(made)
    work.session.flush()
    _note_start(work, made)
    return AttemptId(made.id)


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


def _bank(work: Work, sitting: queries.Sitting) -> list[BankItem]:
    rows = work.session.execute(
        select(Question.id, Question.kind, Question.specialty, Question.options).where(
            Question.retired_at.is_(None),
            Question.association_id.is_(None)
            | (Question.association_id == sitting.association_id),
            Question.specialty.is_(None) | (Question.specialty == sitting.specialty),
        )
    )
    return [BankItem(r.id, r.kind, r.specialty is None, len(r.options)) for r in rows]


def _note_start(work: Work, made: Attempt) -> None:
    evidence.note(
        work,
        f"person:{made.person_id}",
        "exam.started",
        body={"paper": _as_shown(work, made)},
        attempt=made.id,
        n=made.n,
        specialty=made.specialty.value,
    )


def _as_shown(work: Work, made: Attempt) -> list[list[object]]:
    """Write a paper down: place by place the question, its text's hash, its order."""
    asked = {"ids": [UUID(place[0]) for place in made.paper]}
    found = work.session.connection().execute(_DIGESTS, asked)
    digests = {row.id: bytes(row.digest).hex() for row in found}
    return [
        [question, digests[UUID(question)], order]
        for question, _kind, order in made.paper
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


def unlock(
    work: Work,
    person_id: PersonId,
    sitting: queries.Sitting,
    *,
    reason: str,
    approvals: tuple[UUID, ...],
) -> None:
    """Give one more attempt to a person who has none left.

    Two persons decide; who calls this has their approvals in hand.

    Raises: Refused without approvals or a reason, when attempts remain, and when the
        test is passed.
    """
    standing = queries.standing(work.session, person_id, sitting)
    _may_unlock(standing, reason, approvals)
    given_by = _other(work, person_id)
    work.session.add(
        Unlock(
            id=new_id(),
            person_id=person_id,
            association_id=sitting.association_id,
            specialty=sitting.specialty,
            period_from=sitting.period_from,
            after_n=len(standing.attempts),
            reason=reason.strip()[:300],
            given_by=given_by,
            given_at=work.now,
        )
    )
    evidence.note(
        work,
        f"person:{person_id}",
        "exam.unlocked",
        body={"reason": reason.strip()},
        specialty=sitting.specialty.value,
        after=len(standing.attempts),
        approvals=[str(one) for one in approvals],
    )


def _may_unlock(
    standing: queries.Standing, reason: str, approvals: tuple[UUID, ...]
) -> None:
    if not approvals:
        raise Refused("unlock.needs_approval")
    if not reason.strip():
        raise Refused("unlock.no_reason")
    if not standing.locked:
        raise Refused("unlock.not_locked")


def _other(work: Work, person_id: PersonId) -> AccountId:
    """Name who acts, who must be somebody else."""
    given_by = work.actor.account_id
    if given_by is None or work.actor.person_id == person_id:
        raise Refused("unlock.own")
    return AccountId(given_by)
