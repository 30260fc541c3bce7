"""Rule 65: what is over leaves the registration the next day; the rest stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask
from sqlalchemy import select

from lms.credentials.ports import RegistrationPrinter
from lms.credentials.queries import registered as certificate_of
from lms.jobs import night, reminders
from lms.kernel.db import db
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.notify.models import OutboxMessage
from lms.people import queries as people
from lms.people import services as people_services
from lms.people.rules import SpecialtyPeriod
from lms.policy.model import Application, Province, Specialty
from lms.registration.models import EndedSpecialty
from lms.registration.queries.standings import ended, standings
from lms.registration.rules.standings import EndCause
from lms.registration.services import lapsing
from tests.conftest import HandClock
from tests.make import credentials as make_credentials
from tests.make import people as make_people
from tests.make import registrations as make_registrations
from tests.races import tried
from tests.registration.ground import learn, messages, registered
from tests.registration.walk import Way, cast, step
from tests.registration.walk import begin as begin_application

BUILDING, MUNICIPAL = Specialty.BUILDING, Specialty.MUNICIPAL
SHORT, LONG = date(2026, 12, 31), date(2027, 9, 30)


def two(work: Work) -> make_people.Made:
    """Building ends at the end of the year, municipal nine months later."""
    made = registered(work, SHORT, MUNICIPAL, province=Province.GUIZHOU)
    held = people.registration(work.session, made.person_id)
    periods = (
        SpecialtyPeriod(BUILDING, date(2024, 1, 1), SHORT, is_main=True),
        SpecialtyPeriod(MUNICIPAL, date(2024, 10, 1), LONG, is_main=False),
    )
    people_services.write_granted(
        work, made.person_id, held.number, Province.GUIZHOU, periods
    )
    return made


def certified(work: Work, made: make_people.Made) -> None:
    make_registrations.granted(
        work,
        made.person_id,
        make_registrations.term(BUILDING, date(2024, 1, 1), SHORT),
        make_registrations.term(MUNICIPAL, date(2024, 10, 1), LONG),
        province=Province.GUIZHOU,
        number="贵2522020202100001",
    )


def go(app: Flask, clock: HandClock, on: date, hour: int = 9) -> None:
    clock.now = datetime(on.year, on.month, on.day, hour - 8, 30, tzinfo=UTC)
    db.session.remove()
    ports = {
        **app.extensions["lms.ports"],
        RegistrationPrinter: make_registrations.PLAIN,
    }
    night.run(clock, ports)
    reminders.run(clock, {})
    db.session.remove()


def held(person_id: PersonId) -> list[tuple[Specialty, bool]]:
    found = people.registration(db.session(), person_id)
    return [(each.code, each.is_main) for each in found.specialties]


def test_65_the_day_after_its_end_it_is_dropped_and_the_certificate_is_reissued(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        made = two(work)
        certified(work, made)
    before = certificate_of(db.session(), made.person_id)

    go(app, clock, SHORT)
    assert held(made.person_id) == [(BUILDING, True), (MUNICIPAL, False)]
    go(app, clock, date(2027, 1, 1))

    assert held(made.person_id) == [(MUNICIPAL, True)]
    after = certificate_of(db.session(), made.person_id)
    assert before is not None
    assert after is not None
    assert [each.specialty for each in after.facts.terms] == [MUNICIPAL]
    assert after.facts.terms[0].valid_until == LONG
    assert (before.version, after.version) == (1, 2)
    (was,) = ended(db.session(), made.person_id)
    assert (was.specialty, was.is_main, was.valid_until, was.cause, was.ended_on) == (
        BUILDING,
        True,
        SHORT,
        EndCause.LAPSED,
        date(2027, 1, 1),
    )


def test_the_person_is_told_once_and_what_stays_is_said(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        two(work)
    for on in (date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)):
        go(app, clock, on)

    (facts,) = db.session.scalars(
        select(OutboxMessage.facts).where(
            OutboxMessage.template == "registration_lapsed"
        )
    )
    assert (facts["specialties"], facts["ends"]) == ("building", "2026-12-31")
    assert facts["stays"] == 1


def test_65_what_is_over_wholly_is_expired_and_kept_as_it_was(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        made = registered(work, SHORT)
    for on in (date(2027, 1, 1), date(2027, 1, 2)):
        go(app, clock, on)

    assert held(made.person_id) == [(BUILDING, True)]
    found = standings(db.session(), [made.person_id], on=date(2027, 1, 2))
    assert found[made.person_id].found.lapsed
    assert "window.expired" in found[made.person_id].found.codes
    assert [each.cause for each in ended(db.session(), made.person_id)] == ["lapsed"]
    assert messages("registration_lapsed") == 1


def test_52_what_was_applied_for_in_time_waits_for_the_decision(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        who = cast(work, province=Province.SICHUAN, valid_until=SHORT)
        learn(work, who.person.person_id)
        make_credentials.certified(work, who.person.person_id)
        card = begin_renewal(work, who)
    assert card.filed_on is not None

    go(app, clock, date(2027, 1, 1))

    assert ended(db.session(), who.person.person_id) == ()
    assert messages("registration_lapsed") == 0


def begin_renewal(work: Work, who: Any) -> Any:
    card = begin_application(work, who, Way(Province.SICHUAN, Application.RENEWAL))
    while card.filed_on is None:
        card = step(work, who, card)
    return card


def test_five_at_once_write_it_down_once(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        made = two(work)
    clock.now = datetime(2027, 1, 1, 2, tzinfo=UTC)
    db.session.remove()

    def one() -> None:
        with begin() as work:
            lapsing.lapse(work, made.person_id)

    assert tried(app, [one] * 5) == [None] * 5
    assert len(db.session.scalars(select(EndedSpecialty)).all()) == 1
    assert held(made.person_id) == [(MUNICIPAL, True)]


def test_a_certificate_that_cannot_be_printed_is_tried_again_the_next_night(
    app: Flask, clock: HandClock, begin: Callable[..., Any], monkeypatch: Any
) -> None:
    with begin() as work:
        made = two(work)
        certified(work, made)
    lacking = make_registrations.PlainRegistrationPrinter.lacking
    monkeypatch.setattr(
        make_registrations.PlainRegistrationPrinter, "lacking", lambda *_: "𱁬"
    )
    go(app, clock, date(2027, 1, 1))
    assert held(made.person_id) == [(MUNICIPAL, True)]

    monkeypatch.setattr(make_registrations.PlainRegistrationPrinter, "lacking", lacking)
    go(app, clock, date(2027, 1, 2))

    card = certificate_of(db.session(), made.person_id)
    assert card is not None
    assert [each.specialty for each in card.facts.terms] == [MUNICIPAL]
