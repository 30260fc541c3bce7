"""Handing a paper in: asked first, with the questions that have no answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from lms.exams import services
from lms.exams.queries import Sitting
from lms.hours import services as hours
from lms.kernel.work import HOUSE, unit_of_work
from lms.policy.model import Quota, Specialty, Track
from tests.conftest import Browser, HandClock
from tests.exams.test_services import bank
from tests.make import people

PERIOD = (date(2024, 3, 1), date(2027, 2, 28))


class Seat:
    """Somebody before an open paper of fifty questions."""

    def __init__(self, clock: HandClock, browser_of: Callable[..., Browser]) -> None:
        with unit_of_work(HOUSE, clock=clock) as work:
            self.made = people.person(work)
            house = people.association(work)
            bank(work)
            for track in Track:
                hours.post(
                    work,
                    self.made.person_id,
                    specialty=Specialty.BUILDING,
                    track=track,
                    credit=6000,  # type: ignore[arg-type]  # hundredths
                    association_id=house,
                    source=f"test:{track}",
                )
            test = Sitting(house, Specialty.BUILDING, *PERIOD, Quota(6000, 6000))
            attempt_id = services.start(work, self.made.person_id, test)
        self.clock = clock
        self.paper = f"/exams/attempts/{attempt_id}"
        self.browser = browser_of(self.made.account_id)

    def send(self, **given: str) -> Any:
        return self.browser.post(f"{self.paper}/submit", given)


@pytest.fixture
def seat(app: Flask, clock: HandClock, browser_of: Callable[..., Browser]) -> Seat:
    return Seat(clock, browser_of)


def test_without_script_a_second_page_asks_and_names_what_is_open(seat: Seat) -> None:
    asked = seat.send(ask="1", q0="0", q4="0")

    assert asked.location == f"{seat.paper}/hand-in"
    assert seat.browser.get(seat.paper).text.count("checked") == 2
    page = seat.browser.get(asked.location).text
    assert "还有 48 题未答" in page
    assert f'href="{seat.paper}#q1">2</a>' in page
    assert f'{seat.paper}#q4"' not in page
    assert "data-exam" in seat.browser.get(seat.paper).text
    assert seat.send().location == seat.paper
    assert "已交卷" in seat.browser.get(seat.paper).text


def test_a_paper_promises_to_keep_answers_only_where_its_script_runs(
    seat: Seat,
) -> None:
    page = seat.browser.get(seat.paper).text
    shown, _, without = page.partition("<noscript>")

    assert "<span data-exam-away hidden>已答的都保存着" in " ".join(shown.split())
    assert 'role="status">交卷时一起保存<' in page
    assert "请先交卷再离开" in without


def test_a_paper_whose_time_is_over_or_that_went_in_is_not_asked_about(
    seat: Seat,
) -> None:
    seat.clock.now += timedelta(minutes=110)
    assert seat.send(ask="1", q0="0").location == seat.paper
    assert seat.send().location == seat.paper
    assert seat.browser.get(f"{seat.paper}/hand-in").location == seat.paper


def test_a_second_click_on_handing_in_shows_what_the_first_one_did(seat: Seat) -> None:
    assert seat.send(q0="0").location == seat.paper
    assert seat.send(q0="0").location == seat.paper

    page = seat.browser.get(seat.paper).text
    assert page.count("已交卷") == 1


def test_nobody_is_asked_about_anothers_paper(
    seat: Seat, browser_of: Callable[..., Browser]
) -> None:
    with unit_of_work(HOUSE, clock=seat.clock) as work:
        other = people.person(work)
    stranger = browser_of(other.account_id)

    assert stranger.get(f"{seat.paper}/hand-in").status_code == 404
    assert stranger.post(f"{seat.paper}/submit", {"ask": "1"}).status_code == 404
