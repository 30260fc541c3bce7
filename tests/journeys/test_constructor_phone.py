"""A constructor on a phone."""

from __future__ import annotations

import pytest

from tests.browser import PHONE
from tests.journeys import constructor
from tests.journeys.conftest import Tours
from tests.journeys.house import RunningHouse
from tests.journeys.way import Person


@pytest.mark.browser
def test_a_stranger_on_a_phone_gets_a_certificate_that_anyone_can_check(
    tours: Tours, street: RunningHouse
) -> None:
    person = Person("乌兰其其格", "13911110002", 612)
    with tours("constructor", PHONE) as tour:
        constructor.walk(tour, street, person, "安全生产法与事故案例", "微信支付")
    assert not street.faults()
