"""Many grants at once, and power cuts: one valid certificate, serials without a gap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.credentials import queries, services
from lms.credentials.models import (
    RegistrationCertificate,
    RegistrationCounter,
    RegistrationFile,
    RegistrationStanding,
    UseCopy,
)
from lms.credentials.rules import CopyState, RegistrationState
from lms.credentials.rules.files import ISSUED
from lms.kernel.db import db
from lms.kernel.work import Work
from tests.cuts import power_cut
from tests.make import credentials as make_people
from tests.make import registrations as make
from tests.races import race

Begin = Callable[..., Any]


def count(work: Work, table: type[Any]) -> int:
    return work.session.scalar(select(func.count()).select_from(table)) or 0


def test_two_grants_for_one_person_leave_one_valid_certificate(
    app: Flask, begin: Begin
) -> None:
    with begin() as work:
        person = make_people.constructor(work, born="19850704")
    db.session.remove()

    got = race(app, [lambda w: make.granted(w, person) for _ in range(6)])

    assert not [each for each in got if isinstance(each, Exception)]
    with begin() as work:
        valid = work.session.scalars(
            select(RegistrationStanding.certificate_id).where(
                RegistrationStanding.state == RegistrationState.VALID
            )
        ).all()
        assert len(valid) == 1
        cards = queries.registration_versions(work.session, person)
        assert sorted(card.version for card in cards) == [1, 2, 3, 4, 5, 6]
        assert len({card.facts.registration_no for card in cards}) == 1


def test_one_grant_asked_for_by_many_is_issued_once(app: Flask, begin: Begin) -> None:
    with begin() as work:
        person = make_people.constructor(work, born="19850704")
    db.session.remove()
    asked = make.facts(person, source="application:1")

    got = race(
        app,
        [
            lambda w: services.issue_registration(w, asked, printer=make.PLAIN)
            for _ in range(8)
        ],
    )

    assert len(set(got)) == 1
    with begin() as work:
        assert count(work, RegistrationCertificate) == 1
        assert count(work, RegistrationFile) == len(ISSUED)


def test_serials_of_a_province_have_no_gap_and_no_twin(
    app: Flask, begin: Begin
) -> None:
    with begin() as work:
        holders = [make_people.constructor(work, serial=n) for n in range(1, 9)]
        # One of them cannot be issued: what it took is given back.
        unnamed = make_people.constructor(work, name="欧阳𱁬", serial=20)
    db.session.remove()

    race(
        app,
        [
            lambda w, who=who: make.granted(w, who)  # type: ignore[misc]  # bound as it is now
            for who in [*holders, unnamed]
        ],
    )

    with begin() as work:
        numbers = work.session.scalars(
            select(RegistrationCertificate.registration_no)
        ).all()
        assert sorted(int(number[-5:]) for number in numbers) == list(range(1, 9))
        assert work.session.scalars(select(RegistrationCounter.last)).one() == 8


def test_two_clicks_agree_to_a_use_copy_once(app: Flask, begin: Begin) -> None:
    with begin() as work:
        person = make_people.constructor(work, born="19850704")
        make.granted(work, person)
        ask = services.CopyAsk(person, make.bound(work, person), "某工程投标")
        copy_id = services.ask_use_copy(work, ask)
    db.session.remove()

    race(
        app,
        [
            lambda w: services.confirm_use_copy(w, person, copy_id, printer=make.PLAIN)
            for _ in range(4)
        ],
    )

    with begin() as work:
        states = work.session.scalars(select(UseCopy.state)).all()
        assert states == [CopyState.CONFIRMED]
        lent = select(func.count()).where(RegistrationFile.use_copy_id.is_not(None))
        assert work.session.scalar(lent) == 1


@pytest.mark.parametrize(
    "place", ["credentials.registration_printed", "credentials.registered"]
)
def test_a_power_cut_takes_no_number_and_leaves_the_old_certificate(
    app: Flask, begin: Begin, place: str
) -> None:
    with begin() as work:
        person = make_people.constructor(work, born="19850704")
        make.granted(work, person)

    def grant() -> None:
        with begin() as work:
            make.granted(work, person)

    power_cut(place, grant)

    with begin() as work:
        assert count(work, RegistrationCertificate) == 1
        held = queries.registered(work.session, person)
        assert held is not None
        assert held.version == 1
        make.granted(work, person)
        assert count(work, RegistrationCertificate) == 2
