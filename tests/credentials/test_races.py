"""Many at once, and power cuts: still one certificate, whole, or none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from lms.credentials import queries, services
from lms.credentials.models import (
    Certificate,
    CertificateCounter,
    CertificateFile,
)
from lms.credentials.ports import Printer
from lms.credentials.rules.files import ISSUED
from lms.credentials.services.book import locked_counter, put
from lms.credentials.services.gathering import Entry, Gathered, gather
from lms.credentials.services.proofs import Proofs
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.errors import Conflict
from lms.kernel.ids import CertificateId, PersonId
from lms.kernel.work import Work
from lms.policy.model import Specialty
from tests.cuts import power_cut
from tests.make import credentials as make
from tests.races import race, waves

BUILDING = Specialty.BUILDING
Begin = Callable[..., Any]


def issue(work: Work, person_id: PersonId) -> CertificateId:
    return services.issue(work, person_id, BUILDING, printer=make.PLAIN)


def count(session: Session, table: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("many", [200, 12], ids=["plainly printed", "really printed"])
def test_many_at_once_get_one_certificate_one_number_one_file_of_each_kind(
    app: Flask, begin: Begin, many: int
) -> None:
    # Two hundred threads of one process would starve the one that draws.
    printer = make.PLAIN if many > 100 else app.extensions["lms.ports"][Printer]
    with begin() as work:
        person = make.graduate(work, make.association(work, keys=True))

    def ask(work: Work) -> CertificateId:
        return services.issue(work, person, BUILDING, printer=printer)

    got = waves(app, ask, many)

    assert len(got) == many
    assert len(set(got)) == 1
    with begin() as work:
        assert count(work.session, Certificate) == 1
        assert work.session.scalar(select(CertificateCounter.last)) == 1
        kinds = work.session.scalars(select(CertificateFile.kind)).all()
        assert sorted(kinds) == sorted(kind.value for kind in ISSUED)


def careless(app: Flask, person: PersonId) -> Callable[[Work], object]:
    """An issuer that looked before it came in, and does not look again."""
    with app.app_context():
        before = queries.standing(
            db.session(), person, BUILDING, legal_day(app.extensions["lms.clock"]())
        )
        db.session.remove()

    def ask(work: Work) -> object:
        there = before.association_id
        assert there is not None
        counter = locked_counter(work, there, 2026)
        entry = Entry(person, there, before)
        (one,) = gather(work.session, work.now, [entry], make.PLAIN)
        assert isinstance(one, Gathered)
        proofs = Proofs(make.PLAIN, there, work.session, work.now)
        (made,) = put(work, counter, proofs, [one])
        return made

    return ask


def test_a_careless_issuer_is_stopped_by_the_index(app: Flask, begin: Begin) -> None:
    with begin() as work:
        person = make.graduate(work, make.association(work))

    got = race(app, [careless(app, person)] * 20)

    assert sum(isinstance(one, Conflict) for one in got) == 19
    with begin() as work:
        assert count(work.session, Certificate) == 1
        assert work.session.scalar(select(CertificateCounter.last)) == 1


def test_the_race_finds_double_issues_where_nothing_stops_them(
    app: Flask, begin: Begin
) -> None:
    """The negative control of the test with two hundred."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the index is dropped, and only SQLite's file is renewed")
    with begin() as work:
        person = make.graduate(work, make.association(work))
        work.session.execute(text("DROP INDEX uq_certificate_standings_one_valid"))

    got = race(app, [careless(app, person)] * 20)

    assert len(set(got)) == 20
    with begin() as work:
        assert count(work.session, Certificate) == 20


def test_two_people_at_once_get_two_numbers_without_a_gap(
    app: Flask, begin: Begin
) -> None:
    with begin() as work:
        association = make.association(work)
        people = [make.graduate(work, association, serial=n) for n in range(1, 21)]
    waiting = iter(people)
    lock = threading.Lock()

    def one(work: Work) -> object:
        with lock:
            person = next(waiting)
        return issue(work, person)

    race(app, [one] * 20)

    with begin() as work:
        serials = work.session.scalars(select(Certificate.serial)).all()
        assert sorted(serials) == list(range(1, 21))


@pytest.mark.parametrize(
    "place", ["credentials.printed", "credentials.written", "work.before_commit"]
)
def test_a_power_cut_leaves_nothing_half_done(
    app: Flask, begin: Begin, place: str
) -> None:
    with begin() as work:
        person = make.graduate(work, make.association(work))

    def do() -> None:
        with begin() as work:
            issue(work, person)

    power_cut(place, do)

    with begin() as work:
        for table in (Certificate, CertificateFile, CertificateCounter):
            assert count(work.session, table) == 0
        issue(work, person)
        assert work.session.scalars(select(Certificate.serial)).all() == [1]
