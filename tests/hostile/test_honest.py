"""The other side: who really studies on a bad line keeps nearly all of the time."""

from __future__ import annotations

import os

import pytest

from tests.hostile.honest import GIVE_UP, Weather, study

SEEDS = int(os.environ.get("LMS_HONEST_SEEDS", "10"))


def _shares(weather: Weather) -> list[float]:
    """Three hours of study for each seed: four lessons of 45 minutes."""
    return [study(weather, lessons=4, seconds=2700, seed=seed) for seed in range(SEEDS)]


@pytest.mark.parametrize(
    ("weather", "least"),
    [
        pytest.param(Weather(), 0.99, id="a good line"),
        pytest.param(Weather(loss=0.2), 0.99, id="a fifth lost, each way"),
        pytest.param(
            Weather(outage=30), 0.98, id="half a minute out each quarter hour"
        ),
        pytest.param(Weather(loss=0.2, outage=30), 0.98, id="both"),
        pytest.param(Weather(outage=60), 0.95, id="a minute out each quarter hour"),
    ],
)
def test_who_studies_on_a_bad_line_keeps_the_time(
    weather: Weather, least: float
) -> None:
    shares = _shares(weather)

    assert min(shares) >= least, (min(shares), sum(shares) / SEEDS)
    assert max(shares) <= 1


def test_a_page_that_waits_for_each_answer_would_lose_more() -> None:
    """The control: without copies a fifth lost costs more than is promised."""
    shares = _shares(Weather(loss=0.2, hedge=GIVE_UP))

    assert min(shares) < 0.99
