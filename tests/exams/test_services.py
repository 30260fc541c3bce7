"""Sit tests: the server draws, times and marks."""

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.evidence import queries as evidence
from lms.exams import queries, services
from lms.exams.models import Attempt, Question
from lms.exams.queries import Sitting
from lms.exams.rules import AttemptState, QuestionKind
from lms.exams.services import NewQuestion
from lms.hours import services as hours
from lms.kernel.db import db
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AccountId, AttemptId, PersonId, new_id
from lms.kernel.work import HOUSE, Actor, Work, unit_of_work
from lms.policy.model import Quota, Specialty, Track
from tests.conftest import HandClock, work_at
from tests.make import catalogue as make

ME = PersonId(new_id())
TODAY = date(2026, 11, 21)
KINDS = (
    (QuestionKind.SINGLE, 4),
    (QuestionKind.MULTIPLE, 5),
    (QuestionKind.TRUE_FALSE, 2),
)


def bank(work: Work, each: int = 30) -> None:
    services.add_questions(
        work,
        [
            NewQuestion(
                association_id=None,
                specialty=None if n % 3 else Specialty.BUILDING,
                kind=kind,
                chapter="施工安全",
                stem=f"{kind}题{n}",
                options=tuple(f"选项{o}" for o in range(options)),
                key=(0, 1) if kind is QuestionKind.MULTIPLE else (0,),
            )
            for kind, options in KINDS
            for n in range(each)
        ],
    )


def sitting(work: Work, *, studied: int = 6000) -> Sitting:
    """A test whose hours are studied, but for what the caller leaves out."""
    here = make.association(work)
    bank(work)
    for track, credit in ((Track.REQUIRED, studied), (Track.ELECTIVE, 6000)):
        hours.post(
            work,
            ME,
            specialty=Specialty.BUILDING,
            track=track,
            credit=credit,  # type: ignore[arg-type]  # hundredths
            association_id=here,
            source=f"test:{track}",
        )
    period = (date(2024, 3, 1), date(2027, 2, 28))
    return Sitting(here, Specialty.BUILDING, *period, Quota(6000, 6000))


def right(work: Work, attempt_id: AttemptId, count: int) -> dict[int, list[int]]:
    keys = queries.right_answers(work.session, attempt_id)
    return {place: list(key) for place, key in enumerate(keys) if place < count}


def test_119_of_120_hours_keep_the_test_shut(work: Work) -> None:
    short = sitting(work, studied=5900)

    with pytest.raises(Refused) as refused:
        services.start(work, ME, short)
    assert refused.value.reasons == ("exam.hours_short",)
    (owed,) = queries.standing(work.session, ME, short, on=TODAY).owed
    assert (owed.track, owed.missing) == (Track.REQUIRED, 100)


def test_120_hours_open_it_and_a_second_start_gives_the_same_paper(work: Work) -> None:
    full = sitting(work)

    attempt_id = services.start(work, ME, full)

    assert services.start(work, ME, full) == attempt_id
    card = queries.attempt(work.session, ME, attempt_id)
    assert len(card.questions) == 50
    assert card.state is AttemptState.OPEN
    assert queries.review(work.session, ME, attempt_id) == ()


def test_answers_are_kept_as_they_are_given(work: Work) -> None:
    attempt_id = services.start(work, ME, sitting(work))

    services.save(work, ME, attempt_id, {0: [1], 3: [2]})
    services.save(work, ME, attempt_id, {0: [2], 3: []})

    shown = queries.attempt(work.session, ME, attempt_id).questions
    assert (shown[0].chosen, shown[3].chosen) == ((2,), ())


@pytest.mark.parametrize("answers", [{99: [0]}, {0: [0, 1]}, {0: [9]}], ids=str)
def test_an_answer_the_paper_does_not_offer_is_refused(
    work: Work, answers: dict[int, list[int]]
) -> None:
    attempt_id = services.start(work, ME, sitting(work))

    with pytest.raises(Refused, match=r"exam\.choice_unknown"):
        services.save(work, ME, attempt_id, answers)


@pytest.mark.parametrize(
    ("count", "score", "passed"), [(30, 60, True), (29, 58, False)], ids=str
)
def test_sixty_passes(work: Work, count: int, score: int, passed: bool) -> None:
    full = sitting(work)
    attempt_id = services.start(work, ME, full)

    services.submit(work, ME, attempt_id, right(work, attempt_id, count))

    card = queries.attempt(work.session, ME, attempt_id)
    assert (card.score, card.passed) == (score, passed)
    with pytest.raises(Conflict, match=r"exam\.handed_in"):
        services.submit(work, ME, attempt_id)
    term = queries.Term(
        ME,
        full.association_id,
        Specialty.BUILDING,
        full.period_from,
        full.period_until,
    )
    assert bool(queries.passes(work.session, [term])) is passed


def test_three_failures_lock_and_an_unlock_gives_one_more(work: Work) -> None:
    full = sitting(work)
    for _ in range(3):
        services.submit(work, ME, services.start(work, ME, full))

    with pytest.raises(Refused) as refused:
        services.start(work, ME, full)
    assert refused.value.reasons == ("exam.locked",)

    clerk = replace(work, actor=Actor(AccountId(new_id()), PersonId(new_id())))
    said = (new_id(),)
    services.unlock(clerk, ME, full, reason="断电", approvals=said)
    assert queries.standing(work.session, ME, full, on=TODAY).left == 1
    with pytest.raises(Refused, match=r"unlock\.not_locked"):
        services.unlock(clerk, ME, full, reason="断电", approvals=said)


def test_nobody_unlocks_alone_without_a_reason_or_for_themselves(work: Work) -> None:
    full = sitting(work)
    for _ in range(3):
        services.submit(work, ME, services.start(work, ME, full))

    clerk = replace(work, actor=Actor(AccountId(new_id()), PersonId(new_id())))
    with pytest.raises(Refused, match=r"unlock\.no_reason"):
        services.unlock(clerk, ME, full, reason=" ", approvals=(new_id(),))
    with pytest.raises(Refused, match=r"unlock\.needs_approval"):
        services.unlock(clerk, ME, full, reason="断电", approvals=())
    own = replace(work, actor=Actor(AccountId(new_id()), ME))
    with pytest.raises(Refused, match=r"unlock\.own"):
        services.unlock(own, ME, full, reason="断电", approvals=(new_id(),))


def test_a_passed_test_is_not_sat_again(work: Work) -> None:
    full = sitting(work)
    attempt_id = services.start(work, ME, full)
    services.submit(work, ME, attempt_id, right(work, attempt_id, 50))

    with pytest.raises(Refused) as refused:
        services.start(work, ME, full)
    assert "exam.passed" in refused.value.reasons


def test_the_servers_deadline_rules(work: Work, clock: HandClock) -> None:
    attempt_id = services.start(work, ME, sitting(work))
    answers = right(work, attempt_id, 50)
    services.save(work, ME, attempt_id, {n: answers[n] for n in range(10)})

    clock.pass_seconds(3600)
    on_time = work_at(work, clock)
    services.save(on_time, ME, attempt_id, {10: answers[10]})

    clock.pass_seconds(3)
    late = work_at(work, clock)
    with pytest.raises(Conflict, match=r"exam\.over"):
        services.save(late, ME, attempt_id, answers)
    assert services.due(late) == [attempt_id]
    assert services.auto_submit_due(late, attempt_id)
    assert not services.auto_submit_due(late, attempt_id)
    assert queries.attempt(work.session, ME, attempt_id).score == 22


def test_answers_that_come_with_a_late_submit_do_not_count(
    work: Work, clock: HandClock
) -> None:
    attempt_id = services.start(work, ME, sitting(work))
    answers = right(work, attempt_id, 50)
    clock.pass_seconds(3700)

    services.submit(work_at(work, clock), ME, attempt_id, answers)

    assert queries.attempt(work.session, ME, attempt_id).score == 0


def test_anothers_attempt_is_not_found(work: Work) -> None:
    attempt_id = services.start(work, ME, sitting(work))
    other = PersonId(new_id())

    with pytest.raises(NotFound, match=r"attempt\.unknown"):
        queries.attempt(work.session, other, attempt_id)
    with pytest.raises(NotFound, match=r"attempt\.unknown"):
        services.submit(work, other, attempt_id)


def test_a_bank_too_small_starts_nothing(work: Work) -> None:
    here = make.association(work)
    bank(work, each=5)
    period = (date(2024, 3, 1), date(2027, 2, 28))

    with pytest.raises(Refused, match=r"exam\.bank_short"):
        services.start(
            work, ME, Sitting(here, Specialty.BUILDING, *period, Quota(0, 0))
        )


def test_the_same_question_is_added_once(work: Work) -> None:
    bank(work, each=4)
    question = NewQuestion(
        None,
        Specialty.BUILDING,
        QuestionKind.SINGLE,
        "一",
        " single 题 0 ",
        ("对", "错"),
        (0,),
    )

    assert services.add_questions(work, [question, question]) == 1
    with pytest.raises(Refused, match=r"question\.unsound"):
        services.add_questions(work, [replace(question, key=(5,))])


def test_many_starts_at_once_open_one_attempt(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        full = sitting(work)
    outcomes: list[object] = []

    def start() -> None:
        with app.app_context():
            try:
                with unit_of_work(HOUSE, clock=clock) as own:
                    outcomes.append(services.start(own, ME, full))
            except Exception as error:
                outcomes.append(type(error).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=start) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with begin() as work:
        count = work.session.scalar(select(func.count()).select_from(Attempt))
    assert count == 1
    assert len(outcomes) == 20


def test_a_paper_as_shown_and_as_answered_is_evidence(
    work: Work, clock: HandClock
) -> None:
    here = sitting(work)
    attempt = services.start(work, ME, here)
    services.submit(work_at(work, clock), ME, attempt, {0: [1], 3: []})
    row = work.session.get_one(Attempt, attempt)

    def body(kind: str) -> Any:
        stream = f"person:{ME}"
        lines = evidence.lines(work.session, stream)
        line = next(line for line in lines if line.kind == kind)
        kept = evidence.body(work.session, stream, line.n)
        assert kept
        told = json.loads(line.facts)["body"]["sha256"]
        assert told == hashlib.sha256(kept.salt + kept.body).hexdigest()
        return json.loads(kept.body)

    shown, answered = body("exam.started")["paper"], body("exam.graded")
    assert [(place[0], place[2], place[3]) for place in shown] == [
        (place[0], place[2], place[3]) for place in row.paper
    ]
    digests = {q.id: q.digest.hex() for q in work.session.scalars(select(Question))}
    assert all(digests[UUID(place[0])] == place[1] for place in shown)
    assert answered["answers"] == {"0": [1]}
    assert answered["score"] == row.score
    assert len(answered["right"]) == len(shown)
