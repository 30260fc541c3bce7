"""A person gets everything that is held about them, and is forgotten in time."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from lms import tables
from lms.accounts import queries as account_queries
from lms.accounts import services as accounts
from lms.credentials import services as credentials
from lms.credentials.models import CertificateShare
from lms.evidence import queries as evidence
from lms.evidence import services as book
from lms.jobs import retention
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.ids import AccountId, PersonId
from lms.kernel.work import HOUSE, unit_of_work
from lms.people import queries as people
from lms.people.models import Person, Registration
from lms.policy.flow import MaterialKind, Party
from lms.policy.model import Province, Specialty
from lms.registration.services import dossier as dossiers
from lms.reports import erasure, subject
from tests.conftest import Browser, HandClock
from tests.learning.ground import course
from tests.make import accounts as make_accounts
from tests.make import credentials as credentials_make
from tests.make import dossier as make_dossier
from tests.make import learning as make
from tests.make import people as make_people

PASSWORD = make_accounts.PASSWORD


@pytest.fixture
def made(app: Flask, clock: HandClock) -> make_people.Made:
    """Somebody with a whole profile and an hour of study."""
    with unit_of_work(HOUSE, clock=clock) as work:
        made = make_people.person(work)
        version, (lesson,) = course(work, 30)
        _, mine = make.enrolled(work, version, person_id=made.person_id)
        seat = make.sit(work, made.person_id, mine, lesson)
    clock.pass_seconds(30)
    with unit_of_work(HOUSE, clock=clock) as work:
        make.send(work, seat, seat.beat(0, 30))
    return made


def test_every_table_that_names_a_person_is_given_or_says_why_not() -> None:
    known = {*subject.OF_PERSON, *subject.OF_ACCOUNT, *subject.UNDER, *subject.WITHHELD}
    named = {
        table.name
        for table in tables.METADATA.sorted_tables
        if {"person_id", "account_id"} & set(table.columns.keys())
    }

    assert named - known == set()
    assert known - {table.name for table in tables.METADATA.sorted_tables} == set()


def test_the_copy_holds_what_is_sealed_opened_and_no_secret(
    made: make_people.Made, app: Flask
) -> None:
    files = subject.everything(
        db.session(), made.account_id, made.person_id, date(2026, 11, 21)
    )

    told = json.loads(files["data.json"])
    assert told["identity"]["id_number"] == made.id_number
    assert told["records"]["hours_entries"][0]["credit"] == 100
    assert {line["kind"] for line in told["evidence"]} >= {"hours.posted"}
    assert files["pictures/photo.jpg"].startswith(b"\xff\xd8")
    words = files["data.json"].decode()
    for secret in ("argon2", "token_hash", "nonce"):
        assert secret not in words


def test_the_copy_asks_for_the_password_and_is_told_in_the_record(
    made: make_people.Made, app: Flask, clock: HandClock,
    browser_of: Callable[..., Browser],
) -> None:  # fmt: skip
    with unit_of_work(HOUSE, clock=clock) as work:
        other = make_accounts.account(work, email="own@demo.example")
    mine = browser_of(other)
    assert "下载我的数据" in mine.get("/account/security/data").text

    wrong = mine.post("/account/security/data", {"current": "not the password"})
    right = mine.post("/account/security/data", {"current": PASSWORD})

    assert (wrong.status_code, right.status_code) == (422, 200)
    with zipfile.ZipFile(io.BytesIO(right.data)) as found:
        told: dict[str, Any] = json.loads(found.read("data.json"))
    assert told["contact"]["email"] == "own@demo.example"


def _close(clock: HandClock, account_id: AccountId) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        accounts.close_account(work, account_id)


def _run(app: Flask, clock: HandClock) -> None:
    db.session.remove()
    retention.run(clock, app.extensions["lms.ports"])
    db.session.remove()


def _name(person_id: PersonId) -> str:
    return db.session.scalars(select(Person.name).where(Person.id == person_id)).one()


def test_who_closed_the_account_is_forgotten_when_nothing_must_be_kept_any_more(
    made: make_people.Made, app: Flask, clock: HandClock
) -> None:
    until = erasure.kept(db.session(), made.person_id).until
    assert until == date(2032, 11, 21)
    _close(clock, made.account_id)
    clock.pass_days(6 * 365)
    _run(app, clock)
    assert _name(made.person_id)

    clock.pass_days(3)
    _run(app, clock)

    assert _name(made.person_id) == ""
    with pytest.raises(NotFound):
        people.open_id_number(db.session(), made.person_id)
    sealed = db.session.scalar(text("SELECT count(*) FROM person_files"))
    keys = db.session.scalar(text("SELECT count(*) FROM person_keys"))
    assert (sealed, keys) == (0, 0)
    assert evidence.verify(db.session(), f"person:{made.person_id}").intact


def test_a_hold_and_an_open_account_keep_a_person(
    made: make_people.Made, app: Flask, clock: HandClock
) -> None:
    clock.pass_days(7 * 366)
    _run(app, clock)
    assert _name(made.person_id)
    _close(clock, made.account_id)
    with unit_of_work(HOUSE, clock=clock) as work:
        book.place_hold(work, f"person:{made.person_id}", "正在调查")

    _run(app, clock)
    assert _name(made.person_id)
    with unit_of_work(HOUSE, clock=clock) as work:
        book.release_hold(work, f"person:{made.person_id}", "调查结束")
    _run(app, clock)

    assert _name(made.person_id) == ""


def test_what_one_showed_to_others_is_in_the_copy_and_its_words_go_in_the_end(
    app: Flask, clock: HandClock
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        person = credentials_make.graduate(work, credentials_make.association(work))
        held = credentials.issue(
            work, person, Specialty.BUILDING, printer=credentials_make.PLAIN
        )
        ask = credentials.ShareAsk(held, 0, "给某单位")
        credentials.share(work, person, ask)
        account = account_queries.account_of(work.session, person).id
    files = subject.everything(db.session(), account, person, date(2026, 11, 21))
    (told,) = json.loads(files["data.json"])["records"]["certificate_shares"]
    assert told["note"] == "给某单位"
    assert "token_sha256" not in told
    endings = {name.rpartition("-")[2][2:] for name in files if "certificates/" in name}
    assert endings == {"pdf", "ofd", "json", "jwt"}

    _close(clock, account)
    clock.pass_days(7 * 366)
    _run(app, clock)

    row = db.session.scalars(select(CertificateShare)).one()
    assert (row.note, row.token) == ("", None)
    assert row.ended_at is not None


def test_who_never_bought_is_forgotten_within_the_hour(
    app: Flask, clock: HandClock
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        fresh = make_people.person(work)
    _close(clock, fresh.account_id)

    _run(app, clock)

    assert _name(fresh.person_id) == ""


def test_what_was_handed_in_with_an_application_is_given_back_too(
    made: make_people.Made, app: Flask, clock: HandClock
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        held = work.session.get_one(Registration, made.person_id)
        held.province = Province.SHANDONG
        one = make_dossier.application(work, made.person_id, province=held.province)
        ready = make_dossier.ready(MaterialKind.CONTRACT)
        dossiers.hand_in(work, one, ready, Party.PERSON)

    files = subject.everything(
        db.session(), made.account_id, made.person_id, date(2026, 11, 21)
    )

    (name,) = [each for each in files if each.startswith("applications/")]
    assert name.endswith("/contract-1.pdf")
    assert files[name] == b"%PDF-1.4 paper"
