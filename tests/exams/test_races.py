"""Many hands at one paper: handed in once, marked once, and open once a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Table, delete, func, select
from sqlalchemy.exc import IntegrityError

from lms.evidence import queries as evidence
from lms.evidence.models import EvidenceLine
from lms.exams import services
from lms.exams.models import Attempt
from lms.exams.rules import AttemptState
from lms.exams.services import answers
from lms.exams.services import sitting as inside
from lms.kernel.db import db
from lms.kernel.errors import Conflict
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from tests.exams.test_services import ME, sitting
from tests.races import race, waves

Begin = Callable[..., Any]
TABLE = cast("Table", Attempt.__table__)
OPEN_ONCE = next(each for each in TABLE.indexes if each.name == "ux_attempts_open")


@pytest.fixture
def paper(begin: Begin) -> UUID:
    with begin() as work:
        return services.start(work, ME, sitting(work))


def marks_in_evidence() -> int:
    db.session.remove()
    graded = EvidenceLine.kind == "exam.graded"
    return db.session.scalar(select(func.count()).where(graded)) or 0


def test_two_hundred_submits_at_once_are_marked_once(app: Flask, paper: UUID) -> None:
    turns = iter(range(200))

    def hand_in(work: Work) -> int:
        turn = next(turns)
        services.submit(work, ME, paper, {0: [turn % 2]})
        return turn

    got = waves(app, hand_in, 200)

    first = [one for one in got if isinstance(one, int)]
    assert len(first) == 1
    assert sum(isinstance(one, Conflict) for one in got) == 199
    assert marks_in_evidence() == 1
    row = db.session.get_one(Attempt, paper)
    assert (row.state, row.answers) == (AttemptState.GRADED, {"0": [first[0] % 2]})
    assert evidence.verify(db.session(), f"person:{ME}").intact


def test_a_careless_mark_is_stopped_by_the_key_of_its_answers(
    app: Flask, paper: UUID
) -> None:
    def careless(work: Work) -> None:
        inside._grade(work, work.session.get_one(Attempt, paper))

    got = race(app, [careless] * 20)

    assert marks_in_evidence() == 1
    assert sum(isinstance(one, IntegrityError) for one in got) == 19


def test_the_race_finds_double_marks_where_nobody_looks_again(
    app: Flask, paper: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: whoever looked before, and marks what was open then."""
    monkeypatch.setattr(answers, "keep", lambda *_all: None)
    looked = db.session.get_one(Attempt, paper).state is AttemptState.OPEN
    db.session.remove()

    def careless(work: Work) -> None:
        if looked:
            inside._grade(work, work.session.get_one(Attempt, paper))

    race(app, [careless] * 20)

    assert marks_in_evidence() == 20


def second(work: Work, paper: UUID) -> object:
    """Begin one more test beside the open one, without a look at it."""
    row = work.session.get_one(Attempt, paper)
    facts = {c.name: getattr(row, c.name) for c in TABLE.columns}
    made = Attempt(**facts | {"id": new_id(), "n": new_id().int % 1_000_000 + 2})
    work.session.add(made)
    work.session.flush()
    return made.id


def test_a_careless_start_is_stopped_by_the_index(app: Flask, paper: UUID) -> None:
    got = race(app, [lambda work: second(work, paper)] * 20)

    assert all(isinstance(one, IntegrityError) for one in got)


def test_the_race_finds_many_open_tests_where_nothing_stops_them(
    app: Flask, paper: UUID
) -> None:
    """The control of the race of starts."""
    OPEN_ONCE.drop(db.engine)
    try:
        got = race(app, [lambda work: second(work, paper)] * 20)
        assert len({one for one in got if isinstance(one, UUID)}) == 20
    finally:
        db.session.execute(delete(Attempt))
        db.session.commit()
        OPEN_ONCE.create(db.engine)
