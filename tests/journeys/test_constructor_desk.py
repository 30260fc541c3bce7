"""A constructor at a desk."""

from __future__ import annotations

import pytest

from tests.browser import DESK
from tests.journeys import constructor
from tests.journeys.conftest import Tours
from tests.journeys.house import RunningHouse
from tests.journeys.way import Person


@pytest.mark.browser
def test_a_stranger_at_a_desk_gets_a_certificate_that_anyone_can_check(
    tours: Tours, street: RunningHouse
) -> None:
    person = Person("宝音图", "13911110001", 611)
    with tours("constructor", DESK) as tour:
        constructor.walk(tour, street, person, "深基坑与模板工程", "支付宝")
    assert not street.faults()
