"""What a batch may do, whom it asks for, and how fast it says that it is."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from lms.credentials.rules.batches import BatchState, Chosen, Deed, Pace, may
from lms.policy.model import Specialty

FITS = {
    (BatchState.CHECKING, Deed.DROP),
    (BatchState.CHECKED, Deed.DROP),
    (BatchState.CHECKED, Deed.START),
    (BatchState.STOPPED, Deed.START),
    (BatchState.WAITING, Deed.STOP),
    (BatchState.RUNNING, Deed.STOP),
}


@pytest.mark.parametrize("state", BatchState)
@pytest.mark.parametrize("deed", Deed)
def test_a_deed_fits_these_states_alone(state: BatchState, deed: Deed) -> None:
    assert may(state, deed) is ((state, deed) in FITS)


def test_what_was_chosen_is_read_back() -> None:
    whole = Chosen(
        Specialty.MUNICIPAL,
        uuid4(),
        uuid4(),
        uuid4(),
        date(2026, 1, 1),
        date(2026, 6, 30),
    )

    assert Chosen.restored(whole.stored()) == whole
    assert Chosen().stored() == {}
    assert Chosen.restored({}) == Chosen()


def test_the_time_left_is_unknown_before_anything_is_done() -> None:
    assert Pace(0, 10.0).left(5) is None
    assert Pace(3, 0.2).left(5) is None
    assert Pace(0, 0.0).left(0) == 0


def test_the_time_left_is_what_the_speed_says() -> None:
    assert Pace(50, 30.0).per_minute == 100
    assert Pace(50, 30.0).left(1000) == 600
