"""A batch whose keys lie elsewhere: asked once for each, and by one process alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask

from lms.credentials.services import batches
from lms.gateways.signing import outside
from lms.gateways.signing.remote import SCHEME
from lms.jobs import batches as job
from lms.kernel.db import db
from lms.kernel.errors import Unavailable
from tests.conftest import HandClock
from tests.make import batches as make
from tests.make import credentials as people
from tests.make import signing_service as there
from tests.make.elsewhere import House
from tests.make.signing_service import Office

EACH = 5
"""So many times the service signs for one certificate."""


@pytest.fixture
def service() -> Iterator[Office]:
    with there.office() as made:
        outside.install({SCHEME: made.signer()})
        yield made
    outside.install({})


@pytest.fixture
def house(app: Flask, clock: HandClock, service: Office) -> House:
    return House(app, clock, service)


@pytest.fixture
def batch(house: House) -> UUID:
    """A started batch of three."""
    with house.begin() as work:
        make.graduates(work, house.here, 3)
    return desk(house).started()


def desk(house: House) -> make.Desk:
    return make.Desk(house.app, house.clock, house.here, house.printer)


def test_the_service_signs_once_for_each_and_while_nothing_is_held(
    house: House, service: Office, batch: UUID
) -> None:
    desk(house).run()

    assert desk(house).counts(batch) == (3, 0, 0)
    assert make.numbers(db.session()) == [1, 2, 3]
    rehearsed = 1
    assert len(service.asked) == (3 + rehearsed) * EACH


def test_a_service_elsewhere_is_asked_by_one_process_alone(
    house: House, service: Office, batch: UUID
) -> None:
    with house.begin() as work:
        batches.take(work, batch, job.me())
    ports = desk(house).ports

    job.help_with(house.clock, ports, batch, os.getppid())

    assert desk(house).counts(batch) == (0, 0, 0)


def test_a_signer_that_is_away_for_another_reason_is_told_of(
    house: House, batch: UUID
) -> None:
    class Away(people.PlainPrinter):
        def print(self, *_what: object) -> None:  # type: ignore[override]  # it takes whatever it is given
            raise Unavailable("signing.away")

    at = desk(house)
    at.printer = Away()

    with pytest.raises(Unavailable):
        at.run()

    assert at.counts(batch) == (0, 0, 0)
