"""What the clock finds in applications under way: told once, and never decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from lms.credentials.ports import RegistrationPrinter
from lms.jobs import applications as job
from lms.kernel.db import db
from lms.kernel.work import Work
from lms.notify.models import OutboxMessage
from lms.policy.flow import Party, StepName
from lms.policy.model import Application, Province
from lms.registration import services as desk
from lms.registration.models import ApplicationEvent
from lms.registration.queries import applications
from lms.registration.queries.applications import ApplicationCard
from lms.registration.rules.states import Act, FlagKind, Status
from lms.registration.services import Doing
from tests.conftest import HandClock
from tests.make import credentials as make_credentials
from tests.registration.ground import learn
from tests.registration.walk import PRESS, Cast, Way, as_, begin, cast, step
from tests.registration.walk import begin as start

Begin = Callable[..., Any]


def waiting(begin_work: Begin, name: StepName) -> tuple[Cast, ApplicationCard]:
    """A renewal in Sichuan that waits at a step."""
    with begin_work() as work:
        who = cast(work, province=Province.SICHUAN)
        learn(work, who.person.person_id)
        make_credentials.certified(work, who.person.person_id)
        card = begin(work, who, Way(Province.SICHUAN, Application.RENEWAL))
        while card.step.name is not name:
            card = step(work, who, card)
    return who, card


def run(clock: HandClock) -> None:
    job.run(clock, {RegistrationPrinter: PRESS})
    db.session.rollback()


def raised(work: Work, card: ApplicationCard) -> list[FlagKind]:
    return [flag.kind for flag in applications.flags(work.session, [card.id])]


def flagged(work: Work, card: ApplicationCard) -> int:
    wanted = select(func.count()).where(
        ApplicationEvent.application_id == card.id, ApplicationEvent.act == Act.FLAG
    )
    return work.session.scalar(wanted) or 0


def test_in_time_nothing_is_said(app: Flask, begin: Begin, clock: HandClock) -> None:
    _who, card = waiting(begin, StepName.ACCEPT)
    run(clock)
    with begin() as work:
        assert raised(work, card) == []


def test_an_overdue_decision_is_told_once_and_left_to_a_person(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    _who, card = waiting(begin, StepName.DECIDE)
    clock.now += timedelta(days=36)
    for _ in range(3):
        run(clock)
    with begin() as work:
        assert raised(work, card) == [FlagKind.OVERDUE]
        assert flagged(work, card) == 1
        after = applications.application(work.session, card.id)
        assert (after.status, after.step.name) == (Status.OPEN, StepName.DECIDE)


def test_silence_on_deficiencies_is_flagged_and_takes_effect_by_a_hand(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    who, card = waiting(begin, StepName.ACCEPT)
    clock.now += timedelta(days=10)
    run(clock)
    with begin() as work:
        assert FlagKind.DEEMED_ACCEPTANCE in raised(work, card)
        after = applications.application(work.session, card.id)
        assert (after.accepted_on, after.step.name) == (None, StepName.ACCEPT)
    with begin() as work:
        flags = applications.flags(work.session, [card.id])
        flag = next(f for f in flags if f.kind is FlagKind.DEEMED_ACCEPTANCE)
        there = as_(work, who.teller)
        desk.settle(
            there, flag.id, Party.TELLER, "依法视为受理", upheld=True, printer=PRESS
        )
    with begin() as work:
        after = applications.application(work.session, card.id)
        assert after.accepted_on == after.filed_on
        assert after.step.name is StepName.REVIEW


def test_a_renewal_not_decided_before_the_end_waits_for_the_approver(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    _who, card = waiting(begin, StepName.DECIDE)
    clock.now += timedelta(days=101)
    run(clock)
    with begin() as work:
        assert FlagKind.DEEMED_GRANT in raised(work, card)
        after = applications.application(work.session, card.id)
        assert (after.status, after.decided_on) == (Status.OPEN, None)


def test_beijing_closes_what_nobody_accepted_in_ninety_days(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        who = cast(work, province=Province.BEIJING)
        way = Way(Province.BEIJING, Application.CANCELLATION)
        card = start(work, who, way)
    clock.now += timedelta(days=90)
    run(clock)
    with begin() as work:
        assert applications.application(work.session, card.id).closed_at is None
    clock.now += timedelta(days=1)
    run(clock)
    with begin() as work:
        after = applications.application(work.session, card.id)
        assert after.status is Status.LAPSED
        told = select(OutboxMessage).where(
            OutboxMessage.template == "application_moved"
        )
        words = [each.facts for each in work.session.scalars(told)]
        assert {"lapsed"} <= {each["status"] for each in words}


def test_a_supplement_that_nobody_answers_is_flagged_and_goes_on_by_a_hand(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    who, card = waiting(begin, StepName.REVIEW)
    with begin() as work:
        asking = Doing(card.id, Act.SUPPLEMENT, Party.TELLER, None, "请补交合同")
        desk.act(as_(work, who.teller), asking, printer=PRESS)
    clock.now += timedelta(days=5)
    run(clock)
    with begin() as work:
        assert raised(work, card) == []
    clock.now += timedelta(days=7)
    for _ in range(2):
        run(clock)
    with begin() as work:
        (flag,) = applications.flags(work.session, [card.id])
        assert flag.kind is FlagKind.UNANSWERED
        after = applications.application(work.session, card.id)
        assert after.status is Status.SUPPLEMENT
    with begin() as work:
        there = as_(work, who.teller)
        desk.settle(
            there, flag.id, Party.TELLER, "两次电话未接", upheld=True, printer=PRESS
        )
    with begin() as work:
        after = applications.application(work.session, card.id)
        assert (after.status, after.step.name) == (Status.OPEN, StepName.REVIEW)
        assert after.due_on is not None


def test_before_it_is_accepted_an_unanswered_supplement_is_the_desks_to_decline(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    who, card = waiting(begin, StepName.ACCEPT)
    with begin() as work:
        asking = Doing(card.id, Act.SUPPLEMENT, Party.TELLER, None, "请补交合同")
        desk.act(as_(work, who.teller), asking, printer=PRESS)
    clock.now += timedelta(days=12)
    run(clock)
    with begin() as work:
        assert FlagKind.UNANSWERED not in raised(work, card)
