"""Somebody with a sealed book, and their evidence pack."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from flask import Flask

from lms.credentials import services as credentials
from lms.evidence import services as book
from lms.gateways.seal import Ed25519Sealer
from lms.kernel.db import db
from lms.kernel.ids import PersonId
from lms.kernel.work import HOUSE, unit_of_work
from lms.policy.model import Specialty
from lms.reports import packs
from lms.reports.ports import PackWrapper
from tests.conftest import HandClock
from tests.learning.ground import course
from tests.make import credentials as make_credentials
from tests.make import learning as make
from tests.make.documents import Documents

SEALER = Ed25519Sealer(bytes(range(32)), "lms.example.cn/transparency")
SINCE, UNTIL = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture
def somebody(app: Flask, clock: HandClock) -> PersonId:
    """A person with study, a paper and a certificate in a sealed book."""
    with unit_of_work(HOUSE, clock=clock) as work:
        association = make_credentials.association(work)
        person = make_credentials.graduate(work, association)
        version, (lesson,) = course(work, 60)
        _, mine = make.enrolled(work, version, person_id=person)
        seat = make.sit(work, person, mine, lesson)
    for start in (0, 30):
        clock.pass_seconds(30)
        with unit_of_work(HOUSE, clock=clock) as work:
            make.send(work, seat, seat.beat(start, start + 30))
    with unit_of_work(HOUSE, clock=clock) as work:
        book.note(work, f"person:{person}", "exam.graded", {"题": [1, 2]}, score=80)
        credentials.issue(
            work, person, Specialty.BUILDING, printer=make_credentials.PLAIN
        )
    with unit_of_work(HOUSE, clock=clock) as work:
        book.seal(work, SEALER)
    return person


@pytest.fixture
def packed(app: Flask, somebody: PersonId) -> dict[str, bytes]:
    made = packs.pack(db.session(), somebody, SINCE, UNTIL)
    wrapper: PackWrapper = app.extensions["lms.ports"][PackWrapper]
    with zipfile.ZipFile(io.BytesIO(wrapper.wrap(made))) as found:
        return {name: found.read(name) for name in found.namelist()}


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """Draws small certificates, and signs them."""
    return Documents(tmp_path_factory.mktemp("fonts"))
