"""Where a matter goes that nobody at a desk may handle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, select

from lms.accounts import queries as account_queries
from lms.accounts.models import Grant
from lms.accounts.rules import Role
from lms.jobs import threads as job
from lms.kernel.db import db
from lms.kernel.errors import NotFound, Refused
from lms.kernel.work import Actor, Work
from lms.notify.models import OutboxMessage
from lms.policy.answering import Matter
from lms.threads import services
from lms.threads.models import Thread
from lms.threads.rules import Ending
from tests.conftest import HandClock
from tests.make import accounts as account_make
from tests.make import threads as make
from tests.make.threads import Desk, answers, asks, says
from tests.threads.test_desk import card

Begin = Callable[..., Any]


@pytest.fixture
def bureau(work: Work) -> Desk:
    return make.desk(work)


def sent_out(work: Work, bureau: Desk) -> UUID:
    """A matter in which each of the desk had a part, passed on."""
    asked = asks(work, bureau, Matter.COMPLAINT)
    answers(work, bureau, asked, bureau.clerk, seen=1)
    services.hand(bureau.as_(work, bureau.clerk), bureau.here, asked, bureau.second)
    answers(work, bureau, asked, bureau.second, seen=2)
    services.hand(bureau.as_(work, bureau.second), bureau.here, asked, bureau.manager)
    answers(work, bureau, asked, bureau.manager, seen=3, ending=Ending.REFUSED)
    services.pass_on(bureau.asker(work), asked, says("我不同意"))
    return asked


def told(work: Work) -> set[tuple[str, UUID | None]]:
    rows = work.session.scalars(select(OutboxMessage))
    return {(one.template, one.to_account) for one in rows}


def test_where_all_of_a_desk_had_a_part_a_reviewer_from_outside_decides(
    work: Work, bureau: Desk
) -> None:
    account_id = account_make.staff(
        work, Role.REVIEWER, association_id=bureau.here, email="far@demo.example"
    )
    before = asks(work, bureau)
    asked = sent_out(work, bureau)
    person = account_queries.account(work.session, account_id).person_id
    actor = Actor(account_id, person, frozenset({"reviewer"}), bureau.here)
    reviewer = replace(work, actor=actor)

    found = card(work, bureau, asked)
    assert (found.outside_at, found.taken_by) == (work.now, None)
    assert {
        ("thread_review", account_id), ("thread_outside", bureau.learner.account_id),
    } <= told(work)  # fmt: skip
    for mine in (bureau.clerk, bureau.manager):
        with pytest.raises(Refused, match=r"thread\.outside"):
            services.take(bureau.as_(work, mine), bureau.here, asked)
    with pytest.raises(NotFound):
        services.take(reviewer, bureau.here, before)
    reply = services.Reply(says("经复核，原处理有误。"), 5, Ending.SOLVED)
    services.close(reviewer, bureau.here, asked, reply)

    assert card(work, bureau, asked).ending is Ending.SOLVED


def test_without_a_reviewer_the_operator_is_asked_for_one(
    work: Work, bureau: Desk
) -> None:
    operator = account_make.staff(work, Role.OPERATOR, email="op@demo.example")

    sent_out(work, bureau)

    assert ("appeal_unstaffed", operator) in told(work)


def test_a_matter_goes_out_when_the_last_colleague_without_a_part_leaves(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        bureau = make.desk(work)
        asked = asks(work, bureau, Matter.COMPLAINT)
        answers(work, bureau, asked, bureau.clerk, seen=1, ending=Ending.REFUSED)
        services.pass_on(bureau.asker(work), asked, says("我不同意"))
    job.run(clock, {})
    assert outside(asked) is False
    with begin() as work:
        for one in (bureau.second, bureau.manager):
            work.session.execute(delete(Grant).where(Grant.account_id == one))

    job.run(clock, {})

    assert outside(asked)


def outside(thread_id: UUID) -> bool:
    db.session.rollback()
    return db.session.get_one(Thread, thread_id).outside_at is not None
