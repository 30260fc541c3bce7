"""A learner asks for a certificate while the signing service does not answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.accounts import queries as accounts
from lms.credentials.models import Certificate, IssueBatch, IssueLine, SealingQueue
from lms.credentials.rules.batches import BatchState, LineState
from lms.gateways.signing import outside
from lms.gateways.signing.remote import SCHEME
from lms.jobs import batches as batch_job
from lms.jobs import sealing
from lms.kernel.db import db
from lms.kernel.work import HOUSE, unit_of_work
from tests.conftest import Browser, HandClock
from tests.make import batches as make_batches
from tests.make import signing_service as there
from tests.make.elsewhere import House
from tests.make.signing_service import Office


@pytest.fixture
def service() -> Iterator[Office]:
    with there.office() as made:
        outside.install({SCHEME: made.signer()})
        yield made
    outside.install({})


@pytest.fixture
def house(app: Flask, clock: HandClock, service: Office) -> House:
    return House(app, clock, service)


def back(service: Office) -> None:
    """The service answers again, and its rest is over."""
    service.broken = False
    outside.install({SCHEME: service.signer()})


def test_a_certificate_is_queued_and_comes_by_itself(
    house: House,
    service: Office,
    clock: HandClock,
    browser_of: Callable[..., Browser],
) -> None:
    person = house.graduate()
    learner = browser_of(accounts.account_of(db.session(), person).id)
    db.session.remove()
    service.broken = True

    sent = learner.post("/certificates", {"specialty": "building"})
    page = learner.get("/certificates").text
    again = learner.post("/certificates", {"specialty": "building"})

    assert sent.status_code == again.status_code == 303
    assert "恢复后自动签发" in page
    assert "领取合格证" not in page
    assert "已为您排队" in learner.get("/certificates").text
    assert house.count(SealingQueue) == 1
    assert house.count(Certificate) == 0
    back(service)
    sealing.run(clock, house.app.extensions["lms.ports"])
    after = learner.get("/certificates").text
    assert "恢复后自动签发" not in after
    assert "0000001" in after


def test_with_the_service_there_a_certificate_comes_at_once(
    house: House, browser_of: Callable[..., Browser]
) -> None:
    person = house.graduate()
    learner = browser_of(accounts.account_of(db.session(), person).id)
    db.session.remove()

    sent = learner.post("/certificates", {"specialty": "building"})

    assert sent.status_code == 303
    assert house.count(Certificate) == 1
    assert house.count(SealingQueue) == 0


def test_a_batch_stands_still_while_the_service_is_away_and_goes_on(
    house: House, service: Office, clock: HandClock
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        make_batches.graduates(work, house.here, 3)
        make_batches.started(work, house.here)
    ports: Any = house.app.extensions["lms.ports"]
    service.broken = True

    batch_job.run(clock, ports)

    assert house.count(Certificate) == 0
    assert states() == {LineState.LEFT}
    back(service)
    batch_job.run(clock, ports)
    assert house.count(Certificate) == 3
    assert states() == {LineState.ISSUED}


def test_a_service_that_falls_silent_within_a_batch_loses_nobody(
    house: House, service: Office, clock: HandClock
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        make_batches.graduates(work, house.here, 4)
        batch_id = make_batches.started(work, house.here)
    ports: Any = house.app.extensions["lms.ports"]

    def falls() -> None:
        # The rehearsal asks five times, and so does each certificate.
        service.broken = len(service.asked) >= 12

    service.before = falls
    batch_job.run(clock, ports)
    assert house.count(Certificate) == 1

    service.before = lambda: None
    back(service)
    batch_job.run(clock, ports)

    assert house.count(Certificate) == 4
    with unit_of_work(HOUSE, clock=clock) as work:
        serials = work.session.scalars(select(Certificate.serial)).all()
        batch = work.session.get_one(IssueBatch, batch_id)
        assert batch.state is BatchState.DONE
    assert sorted(serials) == [1, 2, 3, 4]


def states() -> set[LineState]:
    found = set(db.session.scalars(select(IssueLine.state)))
    db.session.remove()
    return found
