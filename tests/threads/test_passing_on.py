"""A matter that an empty answer does not end, and who had it before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.kernel.db import db
from lms.kernel.errors import LmsError, Refused
from lms.kernel.work import Work
from lms.policy.answering import answer_rule
from lms.threads import queries, services
from lms.threads.models import Thread, ThreadHolder
from lms.threads.rules import State
from tests import races
from tests.conftest import HandClock, work_at
from tests.make import threads as make
from tests.make.threads import Desk, answers, asks, says

Begin = Callable[..., Any]


@pytest.fixture
def bureau(work: Work) -> Desk:
    return make.desk(work)


def passed_on(work: Work, bureau: Desk, asked: UUID) -> None:
    services.pass_on(bureau.asker(work), asked, says("答复没有说到我的问题"))


def unhelped(work: Work, bureau: Desk) -> UUID:
    """A matter with an answer that says nothing, as its asker says."""
    asked = asks(work, bureau)
    answers(work, bureau, asked, bureau.clerk, seen=1)
    services.say_helped(bureau.asker(work), asked, helped=False)
    return asked


def test_an_empty_answer_is_passed_on_to_who_had_no_part(
    work: Work, bureau: Desk
) -> None:
    asked = asks(work, bureau)
    answers(work, bureau, asked, bureau.clerk, seen=1)
    with pytest.raises(Refused, match=r"thread\.not_passed_on"):
        passed_on(work, bureau, asked)
    services.say_helped(bureau.asker(work), asked, helped=False)

    passed_on(work, bureau, asked)

    found = queries.at_desk(work.session, bureau.here, asked)
    assert (found.state, found.taken_by) == (State.OPEN, None)
    with pytest.raises(Refused, match=r"thread\.before"):
        services.take(bureau.as_(work, bureau.clerk), bureau.here, asked)
    answers(work, bureau, asked, bureau.second, seen=found.last_n)
    services.say_helped(bureau.asker(work), asked, helped=False)
    with pytest.raises(Refused, match=r"thread\.not_passed_on"):
        passed_on(work, bureau, asked)


@pytest.mark.parametrize("late", [False, True])
def test_it_is_passed_on_within_the_days_after_the_answer(
    work: Work, bureau: Desk, clock: HandClock, *, late: bool
) -> None:
    asked = unhelped(work, bureau)
    days = answer_rule(queries.at_desk(work.session, bureau.here, asked).due_on)
    clock.pass_days(days.pass_on_days + late)

    if late:
        with pytest.raises(Refused, match=r"thread\.not_passed_on"):
            passed_on(work_at(work, clock), bureau, asked)
    else:
        passed_on(work_at(work, clock), bureau, asked)


def test_what_silence_closed_without_helping_is_passed_on_too(
    work: Work, bureau: Desk, clock: HandClock
) -> None:
    asked = unhelped(work, bureau)
    clock.pass_days(20)
    later = work_at(work, clock)
    assert services.close_silent(later) == 1

    passed_on(later, bureau, asked)

    assert queries.at_desk(work.session, bureau.here, asked).state is State.OPEN


def test_who_had_it_and_handed_it_on_without_a_word_is_out_later(
    work: Work, bureau: Desk
) -> None:
    asked = asks(work, bureau)
    clerk = bureau.as_(work, bureau.clerk)
    services.take(clerk, bureau.here, asked)
    services.hand(clerk, bureau.here, asked, bureau.second)
    answers(work, bureau, asked, bureau.second, seen=1)
    services.say_helped(bureau.asker(work), asked, helped=False)
    passed_on(work, bureau, asked)

    for one in (bureau.clerk, bureau.second):
        with pytest.raises(Refused, match=r"thread\.before"):
            services.take(bureau.as_(work, one), bureau.here, asked)
    manager = bureau.as_(work, bureau.manager)
    with pytest.raises(Refused, match=r"thread\.before"):
        services.hand(manager, bureau.here, asked, bureau.clerk)
    services.take(bureau.as_(work, bureau.manager), bureau.here, asked)


def test_who_is_handed_it_after_it_was_passed_on_may_decide(
    work: Work, bureau: Desk
) -> None:
    asked = unhelped(work, bureau)
    passed_on(work, bureau, asked)
    second = bureau.as_(work, bureau.second)
    services.take(second, bureau.here, asked)

    services.hand(second, bureau.here, asked, bureau.manager)

    answers(work, bureau, asked, bureau.manager, seen=3)


def test_until_it_is_passed_on_it_may_come_back_to_who_had_it(
    work: Work, bureau: Desk
) -> None:
    asked = asks(work, bureau)
    clerk, second = (bureau.as_(work, one) for one in (bureau.clerk, bureau.second))
    services.take(clerk, bureau.here, asked)
    services.hand(clerk, bureau.here, asked, bureau.second)
    services.hand(second, bureau.here, asked, bureau.clerk)

    answers(work, bureau, asked, bureau.clerk, seen=1)


def test_of_two_who_pass_it_on_at_once_one_does(app: Flask, begin: Begin) -> None:
    with begin() as work:
        bureau = make.desk(work)
        asked = unhelped(work, bureau)

    def deed(work: Work) -> None:
        passed_on(work, bureau, asked)

    got = races.race(app, [deed, deed])

    assert sum(isinstance(one, LmsError) for one in got) == 1


def test_who_had_it_goes_with_the_matter(work: Work, bureau: Desk) -> None:
    unhelped(work, bureau)

    services.forget(bureau.asker(work), bureau.learner.person_id)
    work.session.flush()

    for table in (Thread, ThreadHolder):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
