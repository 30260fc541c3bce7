"""The nightly assessment: what it keeps is what the law says of each, once a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from lms.jobs import night
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import PersonId
from lms.people import services as people
from lms.people.models import Person
from lms.people.queries import many
from lms.policy.assessment import assess
from lms.policy.model import Province, Specialty
from lms.registration.models import NightRun, StandingRow
from lms.registration.queries import eligibility
from lms.registration.queries.renewals import renewals
from lms.registration.queries.standings import standings
from lms.registration.rules.standings import NightKind, found
from lms.registration.services import night as service
from tests.conftest import HandClock
from tests.make import credentials as make_credentials
from tests.races import tried
from tests.registration.ground import (
    TODAY,
    graduated,
    learn,
    registered,
)

ENDS = date(2027, 1, 9)


def run(app: Flask, clock: HandClock) -> None:
    db.session.remove()
    night.run(clock, app.extensions["lms.ports"])
    db.session.remove()


def row(person_id: PersonId) -> StandingRow | None:
    return db.session.get(StandingRow, person_id)


def test_the_night_keeps_what_the_law_says_of_each(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        whole = graduated(work, ENDS, province=Province.SICHUAN)
        half = registered(work, ENDS, province=Province.INNER_MONGOLIA)
        learn(work, half.person_id, 42, 60)

    run(app, clock)

    good, poor = row(whole.person_id), row(half.person_id)
    assert good is not None
    assert poor is not None
    assert (good.eligible, good.ready, good.hours_met) == (True, True, True)
    assert (good.per_cent, good.codes) == (100, [])
    assert (good.ends_on, good.closes_on) == (ENDS, date(2026, 12, 10))
    assert good.rule_set == "sichuan/2021-guide"
    assert good.assessed_on == TODAY
    assert (poor.eligible, poor.ready, poor.hours_met) == (False, False, False)
    assert poor.per_cent == 85
    assert poor.codes == [
        "commitment.employer_missing",
        "commitment.person_missing",
        "hours.short",
    ]


def test_commitments_alone_leave_one_ready_and_not_yet_eligible(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        made = graduated(work, ENDS, province=Province.GUIZHOU)

    run(app, clock)

    kept = row(made.person_id)
    assert kept is not None
    assert (kept.eligible, kept.ready) == (False, True)


def test_for_many_it_is_asked_as_for_one(begin: Callable[..., Any]) -> None:
    dice = Random(7)
    with begin() as work:
        made = []
        for _ in range(12):
            more = dice.sample([Specialty.WATER, Specialty.MINING], dice.randrange(3))
            ends = date(2026, 10, 1 + dice.randrange(28))
            one = registered(work, ends, *more, province=dice.choice(list(Province)))
            learn(work, one.person_id, dice.randrange(70), dice.randrange(70))
            if dice.randrange(2):
                make_credentials.certified(work, one.person_id)
            made.append(one.person_id)

        together = renewals(work.session, made, on=TODAY)
        for person_id in made:
            alone = eligibility.renewal_requests(work.session, person_id, on=TODAY)
            assert [assess(each) for each in alone] == [
                assess(each) for each in together[person_id]
            ]


def test_it_asks_as_few_questions_for_many_as_for_one(
    begin: Callable[..., Any],
) -> None:
    asked: list[str] = []
    with begin() as work:
        made = [graduated(work, ENDS).person_id for _ in range(8)]
        engine = work.session.get_bind().engine
        listen = lambda *said: asked.append(said[2])  # noqa: E731 - taken away again by this name
        event.listen(engine, "before_cursor_execute", listen)
        service.assess_all(work, made[:1])
        one = len(asked)
        service.assess_all(work, made)
        event.remove(engine, "before_cursor_execute", listen)

    assert len(asked) - one == one
    assert one <= 10


def test_a_second_run_on_the_day_does_nothing_and_the_next_day_does_all_anew(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        made = registered(work, ENDS)
    run(app, clock)
    with begin() as work:
        learn(work, made.person_id)

    run(app, clock)
    assert row(made.person_id).per_cent == 0  # type: ignore[union-attr]  # it is there
    db.session.remove()

    clock.pass_days(1)
    run(app, clock)
    kept = row(made.person_id)
    assert kept is not None
    assert (kept.per_cent, kept.assessed_on) == (100, date(2026, 11, 22))


def test_who_is_registered_no_more_stands_nowhere(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        made = registered(work, ENDS)
    run(app, clock)
    with begin() as work:
        service.forget(work, made.person_id)
        service.assess_all(work, [made.person_id])
    assert row(made.person_id) is not None
    db.session.remove()

    with begin() as work:
        people.write_granted(work, made.person_id, "", Province.GUIZHOU, ())
        service.assess_all(work, [made.person_id])

    assert row(made.person_id) is None


def test_a_killed_run_goes_on_where_it_ended(
    app: Flask,
    clock: HandClock,
    begin: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(night, "CHUNK", 2)
    with begin() as work:
        for _ in range(5):
            registered(work, ENDS)
    night.assess_chunk(clock, TODAY)
    db.session.remove()

    def cut_off() -> None:
        with begin() as work:
            service.next_chunk(work, NightKind.STANDINGS, TODAY, night._registered)
            raise RuntimeError("power")

    with pytest.raises(RuntimeError, match="power"):
        cut_off()
    run(app, clock)

    kept = db.session.get(NightRun, (NightKind.STANDINGS, TODAY))
    assert kept is not None
    assert (kept.seen, kept.done_at is not None) == (5, True)
    assert len(db.session.scalars(select(StandingRow)).all()) == 5


def test_however_many_run_it_each_is_seen_to_once(
    app: Flask,
    clock: HandClock,
    begin: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(night, "CHUNK", 2)
    with begin() as work:
        made = [registered(work, ENDS).person_id for _ in range(9)]
    seen: list[PersonId] = []
    assess_all = service.assess_all

    def noting(work: Any, persons: Any) -> int:
        seen.extend(persons)
        return assess_all(work, persons)

    monkeypatch.setattr(service, "assess_all", noting)
    db.session.remove()
    ports = app.extensions["lms.ports"]
    tried(app, [lambda: night.run(clock, ports)] * 4)

    assert sorted(seen) == sorted(made)


def test_without_the_runs_row_all_of_them_see_to_everybody(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    """The negative control of the test above: it would notice."""
    with begin() as work:
        made = [registered(work, ENDS).person_id for _ in range(3)]
    db.session.remove()
    seen: list[PersonId] = []

    def careless() -> None:
        with begin() as work:
            persons = many.registered_after(work.session, None, limit=9)
            service.assess_all(work, persons)
            seen.extend(persons)

    tried(app, [careless] * 3)

    assert len(seen) == 3 * len(made)


def test_a_reader_never_sees_a_yesterday(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        made = registered(work, ENDS)
    run(app, clock)
    with begin() as work:
        learn(work, made.person_id, at=datetime(2026, 11, 21, 1, tzinfo=UTC))

    today = standings(db.session(), [made.person_id], on=TODAY)
    tomorrow = standings(db.session(), [made.person_id], on=date(2026, 11, 22))

    assert today[made.person_id].found.per_cent == 0
    assert tomorrow[made.person_id].found.per_cent == 100
    assert tomorrow[made.person_id].days_left == 48


def test_what_is_kept_reads_back_as_it_was_found(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        made = registered(work, ENDS, Specialty.WATER, province=Province.BEIJING)
    run(app, clock)

    kept = standings(db.session(), [made.person_id], on=TODAY)[made.person_id]
    asked = renewals(db.session(), [made.person_id], on=legal_day(clock()))

    assert kept.found == found(asked[made.person_id])


def test_one_whose_facts_break_something_keeps_nobody_from_being_seen_to(
    app: Flask,
    clock: HandClock,
    begin: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with begin() as work:
        made = [registered(work, ENDS).person_id for _ in range(4)]
    whole = service.assess_all

    def poisoned(work: Any, persons: Any) -> int:
        done = whole(work, persons)
        if made[1] in persons:
            raise ValueError("poison")
        return done

    monkeypatch.setattr(service, "assess_all", poisoned)
    run(app, clock)

    kept = {each.person_id for each in db.session.scalars(select(StandingRow))}
    assert kept == set(made) - {made[1]}
    assert service.done(db.session(), NightKind.STANDINGS, TODAY)


def test_a_seal_that_does_not_open_is_an_unknown_birth_date(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        broken, good = registered(work, ENDS), registered(work, ENDS)
        work.session.get_one(Person, broken.person_id).born_on = b"\x01" * 40
    run(app, clock)

    assert row(good.person_id) is not None
    assert row(broken.person_id) is None
