"""Two clicks, two clerks, two applications, and a power cut in the middle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.credentials.models import RegistrationCertificate
from lms.credentials.queries import registered
from lms.hours import queries as hours
from lms.kernel.db import db
from lms.kernel.errors import Conflict, Refused
from lms.kernel.work import Work
from lms.notify.models import OutboxMessage
from lms.policy.flow import Party, StepName
from lms.policy.model import Application, Province
from lms.registration import services as desk
from lms.registration.models import ApplicationEvent, ApplicationRow, Flag
from lms.registration.queries import applications
from lms.registration.queries.applications import ApplicationCard
from lms.registration.rules.states import Act, Status
from lms.registration.services import Doing
from tests.conftest import HandClock
from tests.cuts import power_cut
from tests.make import credentials as make_credentials
from tests.make.people import Made
from tests.races import race
from tests.registration.ground import learn
from tests.registration.walk import PRESS, Cast, Way, as_, begin, cast, ends_on, step

Begin = Callable[..., Any]
Deed = Callable[[Work], object]
RENEWAL = Way(Province.SICHUAN, Application.RENEWAL)


@pytest.fixture
def who(begin: Begin) -> Cast:
    """Everyone who takes part, and a constructor whose study is whole."""
    with begin() as work:
        found = cast(work, province=Province.SICHUAN)
        learn(work, found.person.person_id)
        make_credentials.certified(work, found.person.person_id)
    return found


def brought_to(begin_work: Begin, who: Cast, name: StepName) -> ApplicationCard:
    """A renewal that waits at a step."""
    with begin_work() as work:
        card = begin(work, who, RENEWAL)
        while card.step.name is not name:
            card = step(work, who, card)
    db.session.remove()
    return card


def does(
    who: Cast, card: ApplicationCard, act: Act, by: Party, made: Made | None = None
) -> Deed:
    """Somebody's act on what they saw; `made` is another of the office than usual."""
    actor = who.actor(by, card.step.name)
    if made is not None:
        actor = replace(actor, account_id=made.account_id, person_id=made.person_id)
    doing = Doing(card.id, act, by, card.version, "理由见附件")
    return lambda work: desk.act(replace(work, actor=actor), doing, printer=PRESS)


def refusals(got: list[object]) -> list[str]:
    return [each.code for each in got if isinstance(each, Conflict | Refused)]


def events(work: Work, one: UUID, act: Act) -> int:
    wanted = select(func.count()).where(
        ApplicationEvent.application_id == one, ApplicationEvent.act == act
    )
    return work.session.scalar(wanted) or 0


def count(work: Work, table: type[Any]) -> int:
    return work.session.scalar(select(func.count()).select_from(table)) or 0


def test_two_applications_at_once_leave_one_open(
    app: Flask, begin: Begin, who: Cast
) -> None:
    ways = (Application.RENEWAL, Application.CHANGE, Application.CANCELLATION)
    deeds: list[Deed] = [
        lambda work, kind=kind: begin_one(work, who, kind)  # type: ignore[misc]  # bound as it is now
        for kind in ways * 2
    ]
    db.session.remove()
    got = race(app, deeds)
    assert refusals(got) == ["application.in_flight"] * 5
    with begin() as work:
        assert count(work, ApplicationRow) == 1


def begin_one(work: Work, who: Cast, kind: Application) -> UUID:
    return begin(work, who, Way(Province.SICHUAN, kind)).id


def test_two_clerks_who_saw_the_same_cannot_both_act(
    app: Flask, begin: Begin, who: Cast
) -> None:
    card = brought_to(begin, who, StepName.ACCEPT)
    got = race(
        app,
        [
            does(who, card, Act.PASS, Party.TELLER),
            does(who, card, Act.DECLINE, Party.TELLER, made=who.second),
            does(who, card, Act.SUPPLEMENT, Party.TELLER, made=who.second),
        ],
    )
    assert refusals(got) == ["application.moved_on"] * 2
    with begin() as work:
        acts = (Act.PASS, Act.DECLINE, Act.SUPPLEMENT)
        done = sum(events(work, card.id, act) for act in acts)
        assert done == 2 + 1  # the two passes before the desk, and one of the three


def test_two_clicks_on_grant_issue_one_certificate(
    app: Flask, begin: Begin, who: Cast
) -> None:
    card = brought_to(begin, who, StepName.DECIDE)
    got = race(app, [does(who, card, Act.GRANT, Party.APPROVER) for _ in range(4)])
    assert refusals(got) == ["application.moved_on"] * 3
    with begin() as work:
        assert events(work, card.id, Act.GRANT) == 1
        assert count(work, RegistrationCertificate) == 1


def test_of_a_grant_and_a_withdrawal_at_once_one_happens(
    app: Flask, begin: Begin, who: Cast
) -> None:
    card = brought_to(begin, who, StepName.DECIDE)
    got = race(
        app,
        [
            does(who, card, Act.GRANT, Party.APPROVER),
            does(who, card, Act.WITHDRAW, Party.PERSON),
        ],
    )
    assert refusals(got) == ["application.moved_on"]
    with begin() as work:
        ended = applications.application(work.session, card.id).status
        issued = count(work, RegistrationCertificate)
    assert (ended, issued) in {(Status.GRANTED, 1), (Status.WITHDRAWN, 0)}


def test_whoever_accepted_does_not_decide(work: Work) -> None:
    who = cast(work, province=Province.SICHUAN)
    learn(work, who.person.person_id)
    make_credentials.certified(work, who.person.person_id)
    card = begin(work, who, RENEWAL)
    while card.step.name is not StepName.DECIDE:
        card = step(work, who, card)
    doing = Doing(card.id, Act.GRANT, Party.APPROVER, card.version, "同意")
    with pytest.raises(Refused) as refused:
        desk.act(as_(work, who.teller), doing, printer=PRESS)
    assert refused.value.code == "application.second_person"


def test_nobody_does_the_step_of_another(work: Work) -> None:
    who = cast(work, province=Province.SICHUAN)
    card = begin(work, who, RENEWAL)
    for party in (Party.EMPLOYER, Party.TELLER, Party.APPROVER):
        doing = Doing(card.id, Act.PASS, party, card.version)
        with pytest.raises(Refused) as refused:
            desk.act(work, doing, printer=PRESS)
        assert refused.value.code == "application.not_yours"


PLACES = (
    "work.before_commit",
    "credentials.registration_printed",
    "credentials.registered",
)


@pytest.mark.parametrize("place", PLACES)
def test_a_power_cut_in_a_grant_leaves_nothing_half_done(
    app: Flask, begin: Begin, who: Cast, place: str
) -> None:
    card = brought_to(begin, who, StepName.DECIDE)
    grant = does(who, card, Act.GRANT, Party.APPROVER)
    with begin() as work:
        owed, end = count(work, OutboxMessage), ends_on(work, who.person.person_id)
    died(begin, place, grant)
    with begin() as work:
        after = applications.application(work.session, card.id)
        assert (after.version, after.step.name) == (card.version, StepName.DECIDE)
        assert registered(work.session, who.person.person_id) is None
        assert ends_on(work, who.person.person_id) == end
        assert count(work, OutboxMessage) == owed
    with begin() as work:
        grant(work)
    with begin() as work:
        assert registered(work.session, who.person.person_id) is not None
        assert ends_on(work, who.person.person_id) > end


def died(begin_work: Begin, place: str, deed: Deed) -> None:
    """Do something in a process that loses its power at a place."""

    def do() -> None:
        with begin_work() as work:
            deed(work)

    power_cut(place, do)


def test_a_power_cut_at_the_start_leaves_no_application(
    app: Flask, begin: Begin, who: Cast
) -> None:
    died(begin, "work.before_commit", lambda w: begin_one(w, who, Application.RENEWAL))
    with begin() as work:
        assert count(work, ApplicationRow) == 0
        begin_one(work, who, Application.RENEWAL)


def test_many_looks_at_once_raise_a_flag_once(
    app: Flask, begin: Begin, who: Cast, clock: HandClock
) -> None:
    card = brought_to(begin, who, StepName.DECIDE)
    clock.now += timedelta(days=35)

    def look(work: Work) -> object:
        return desk.look_at(work, card.id, printer=PRESS)

    got = race(app, [look for _ in range(4)])
    assert not [each for each in got if isinstance(each, Exception)]
    with begin() as work:
        assert count(work, Flag) == 1
        assert events(work, card.id, Act.FLAG) == 1
        assert applications.application(work.session, card.id).status is Status.OPEN


def test_a_grant_spends_the_study_of_one_period(begin: Begin, who: Cast) -> None:
    card = brought_to(begin, who, StepName.DECIDE)
    with begin() as work:
        does(who, card, Act.GRANT, Party.APPROVER)(work)
    with begin() as work:
        session, person = work.session, who.person.person_id
        held = registered(session, person)
        assert held is not None
        since = min(t.valid_from for t in held.facts.terms if t.valid_from)
        assert hours.tally(session, person, since=since, until=since) == {}
        again = begin_one(work, who, Application.RENEWAL)
        opened = step(work, who, applications.application(session, again))
    with begin() as work, pytest.raises(Refused) as refused:
        step(work, who, opened)
    assert refused.value.code == "application.not_eligible"
    assert "hours.short" in refused.value.reasons
