"""Instants of any zone become legal days in Shanghai before the law sees them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.web.api.answers import answer_text
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

BEGINS, ENDS = "2026-06-01", "2029-05-31"
FIRST = datetime(2026, 5, 31, 16, tzinfo=UTC)
AFTER = datetime(2029, 5, 31, 16, tzinfo=UTC)


def counted(earned_at: str) -> str:
    asked = {
        "province": "inner_mongolia",
        "application": "renewal",
        "applied_on": ENDS,
        "person": {"born_on": "1985-07-04"},
        "specialties": [
            {"code": "building", "main": True, "valid_from": BEGINS,
             "valid_until": ENDS}
        ],
        "credits": [
            {"specialty": "building", "track": "required", "hours": "1.5",
             "earned_at": earned_at}
        ],
    }  # fmt: skip
    answer = json.loads(answer_text(json.dumps(asked).encode()))
    return str(answer["hours"][0]["counted"])


@pytest.mark.parametrize(
    ("earned_at", "counts"),
    [
        ("2026-05-31T23:59:59+08:00", False),
        ("2026-06-01T00:00:00+08:00", True),
        ("2026-05-31T15:59:59Z", False),
        ("2026-05-31T16:00:00Z", True),
        ("2029-05-31T23:59:59+08:00", True),
        ("2029-06-01T00:00:00+08:00", False),
        ("2029-05-31T15:59:59Z", True),
        ("2029-05-31T16:00:00Z", False),
    ],
)
def test_11_12_the_first_and_the_last_second(
    app: object, earned_at: str, counts: bool
) -> None:
    assert counted(earned_at) == ("1.5" if counts else "0")


def test_no_zone_moves_an_instant(app: object) -> None:
    @given(
        st.datetimes(datetime(2026, 5, 30), datetime(2029, 6, 2)),  # noqa: DTZ001 - Hypothesis wants them without a zone
        st.integers(-14 * 60, 14 * 60),
    )
    def told(at: datetime, minutes: int) -> None:
        zone = timezone(timedelta(minutes=minutes))
        instant = at.replace(microsecond=0, tzinfo=UTC)
        inside = FIRST <= instant < AFTER
        assert counted(instant.astimezone(zone).isoformat()) == (
            "1.5" if inside else "0"
        )

    told()
