"""The demonstration's people study and sit tests when people do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lms.jobs.demo.study import by_day
from lms.kernel.clock import SHANGHAI


@pytest.mark.parametrize("hour", range(24))
def test_what_falls_into_the_night_waits_for_the_morning(hour: int) -> None:
    ready = datetime(2026, 10, 26, hour, 28, tzinfo=UTC)

    sat = by_day(ready)

    assert 9 <= sat.astimezone(SHANGHAI).hour < 21
    assert sat >= ready
