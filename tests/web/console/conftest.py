"""A clerk of an association that has keys, and the clock's work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.credentials.ports import Printer
from lms.jobs import batches as job
from lms.kernel.ids import AssociationId
from lms.signing import rules as signers
from tests.conftest import Browser, HandClock
from tests.make import accounts as make_accounts
from tests.make import credentials as people
from tests.make import signing

Begin = Callable[..., Any]
BrowserOf = Callable[..., Browser]


@pytest.fixture
def association(begin: Begin) -> AssociationId:
    with begin() as work:
        made = people.association(work)
        signing.ring(work, signers.association(made))
        return made


@pytest.fixture
def clerk(begin: Begin, association: AssociationId, browser_of: BrowserOf) -> Browser:
    with begin() as work:
        account = make_accounts.staff(work, "clerk", association_id=association)
    return browser_of(account)


@pytest.fixture
def run(app: Flask, clock: HandClock) -> Callable[[], None]:
    """Let the clock's work be done."""

    def _run() -> None:
        job.run(clock, {**app.extensions["lms.ports"], Printer: people.PLAIN})

    return _run
