"""A desk for every test of exports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.conftest import HandClock
from tests.exports import ground
from tests.exports.ground import Desk


@pytest.fixture
def desk(app: Flask, clock: HandClock, begin: Callable[..., Any]) -> Desk:
    return ground.desk(app, clock, begin)
