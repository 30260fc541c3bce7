"""A supplement stops a clock and starts it again; every day of it is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from lms.calendar import queries as calendar
from lms.kernel.clock import legal_day
from lms.kernel.work import Work
from lms.people import services as people
from lms.policy.flow import Party, StepName
from lms.policy.model import Application, Province
from lms.registration import services as desk
from lms.registration.queries import desk as desks
from lms.registration.queries.applications import ApplicationCard
from lms.registration.rules.states import Act
from lms.registration.services import Doing
from tests.make import credentials as make_credentials
from tests.make import people as make_people
from tests.registration.ground import learn
from tests.registration.test_desk import arrived, hall
from tests.registration.walk import (
    NOTHING_TO_ADD,
    PRESS,
    USCC,
    Cast,
    Way,
    as_,
    at,
    begin,
    step,
)

HERE = Province.SICHUAN


def told(work: Work, days: int = 1) -> tuple[Cast, ApplicationCard, Work]:
    who, card = arrived(work)
    later = at(work, work.now + timedelta(days=days))
    doing = Doing(card.id, Act.SUPPLEMENT, Party.TELLER, None, "缺页")
    return who, desk.act(as_(later, who.teller), doing, printer=PRESS), later


def test_the_days_to_accept_run_on_after_the_answer(work: Work) -> None:
    who, card, later = told(work)
    assert card.left is not None
    week = at(later, later.now + timedelta(days=7))
    doing = replace(NOTHING_TO_ADD, application_id=card.id)
    card = desk.act(as_(week, who.person), doing, printer=PRESS)
    assert card.step.name is StepName.ACCEPT
    assert card.due_on is not None
    assert card.due_on > legal_day(week.now)


def test_the_last_day_of_an_answer_is_named(work: Work) -> None:
    _who, card, later = told(work)
    last = desks.answer_by(card, calendar.calendar(work.session))
    assert last is not None
    assert last > legal_day(later.now)


def colleague(work: Work, who: Cast) -> Cast:
    """Another of the same company."""
    made = make_people.person(work, province=HERE, id_number="150203198507040044")
    link = people.ask_employer(work, made.person_id, USCC)
    people.agree(as_(work, who.agent), who.employer_id, link)
    return replace(who, person=made)


def test_the_queue_begins_with_the_day_that_binds_first(work: Work) -> None:
    who, card = arrived(work)
    step(work, who, card)  # accepted: bound by the day of the decision
    later = at(work, work.now + timedelta(days=1))
    other = colleague(later, who)
    learn(later, other.person.person_id)
    make_credentials.certified(later, other.person.person_id)
    card = begin(later, other, Way(HERE, Application.RENEWAL))
    while card.step.name is not StepName.ACCEPT:
        card = step(later, other, card)
    lines = desks.queue(work.session, hall(later, "SC-ZX", "teller"))
    days = [one.card.due_on or one.tell_by for one in lines]
    assert len(days) == 2
    assert None not in days
    assert days == sorted(days, key=str)
