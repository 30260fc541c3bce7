"""The row that a beat reads, as the bare driver gives it."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID


class LeaseRow(NamedTuple):
    """A lease, for one beat. Shape: the fields are the columns, by their names."""

    id: UUID
    person_id: UUID
    study_id: UUID
    last_beat_at: datetime
    ended_at: datetime | None
    ended_why: str | None
    seq: int
    nonce: str
    answer: str
    credited_seconds: int
    film_seconds: int
    target_seconds: int
    top_rate: int
    daily_cap_seconds: int | None
    mark: datetime
    day: date
    day_seconds: int
    watched: str
    study_seconds: int
    furthest: int
    position: int
    questions_open: int
    boot: str
    lag_ms: int
    clock_steps: int
    gap_squares: int
    beats_hash: bytes
    check_at: datetime | None
    check_id: UUID | None


COLUMNS = ", ".join(f"l.{name}" for name in LeaseRow._fields)
"""For a select that calls the leases `l`."""
