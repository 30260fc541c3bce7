"""The demonstration's tests are sat when people sit tests."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lms.jobs.demo.seed import _by_day
from lms.kernel.clock import SHANGHAI


@pytest.mark.parametrize("hour", range(24))
def test_a_test_is_sat_by_day_and_never_before_its_study(hour: int) -> None:
    ready = datetime(2026, 10, 26, hour, 28, tzinfo=UTC)

    sat = _by_day(ready)

    assert 9 <= sat.astimezone(SHANGHAI).hour < 21
    assert ready <= sat or sat.astimezone(SHANGHAI).hour == 9
    assert sat >= ready
