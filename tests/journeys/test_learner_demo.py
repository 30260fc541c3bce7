"""The demonstration's learner, one film away from everything."""

from __future__ import annotations

import re

import pytest

from lms.kernel import pii
from tests.browser import DESK, opened
from tests.journeys import way
from tests.journeys.conftest import DEMO_PASSWORD, Tours
from tests.journeys.house import RunningHouse


@pytest.mark.browser
def test_the_demo_learner_goes_on_where_he_stopped_and_gets_the_certificate(
    tours: Tours, street: RunningHouse
) -> None:
    with tours("learner", DESK) as tour:
        tour.sign_in("learner@demo.example", DEMO_PASSWORD)
        tour.says("张建国，您好")
        tour.look("learner-centre")
        resume = tour.page.locator(".resume")
        tour.follow(resume.get_by_role("link", name=re.compile("开始学习|继续学习")))
        lesson = way.watch_film(tour)
        tour.follow(tour.link("看我的学时"))
        tour.says("学时已达标")
        tour.look("learner-hours")
        tour.follow(tour.page.get_by_role("link", name=re.compile("^必修：已得 60")))
        tour.says(lesson)
        way.sit_exam(tour, street)
        file = way.claim_certificate(tour)
        link = way.read_code(file, tour.folder / "certificate.png")
        browser = tour.page.context.browser
        assert browser
        with opened(browser, street.url, DESK) as stranger:
            words = way.check_as_stranger(tour, stranger, link)
        assert "证书真实有效" in words
        assert pii.mask_name("张建国") in words
        tour.menu("学习中心")
        tour.look("learner-centre-done")
    assert not street.faults()
