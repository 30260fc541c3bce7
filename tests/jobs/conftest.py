"""A desk whose batches are run by the clock's work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from tests.conftest import HandClock
from tests.make import batches as make
from tests.make import credentials as people

Begin = Callable[..., Any]


@pytest.fixture
def desk(app: Flask, begin: Begin, clock: HandClock) -> make.Desk:
    with begin() as work:
        made = people.association(work)
    return make.Desk(app, clock, made, people.PLAIN)


@pytest.fixture
def five(desk: make.Desk, begin: Begin) -> UUID:
    """A started batch of five who have earned it."""
    with begin() as work:
        make.graduates(work, desk.association_id, 5)
    return desk.started()
