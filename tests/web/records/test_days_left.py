"""One date, one count: every page says the same number of days."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from lms.policy.dates import days_left
from lms.policy.model import Province
from tests.spread import PAGES
from tests.web.records.ground import World

pytestmark = pytest.mark.sqlite_alone(PAGES)

ENDS = date(2027, 2, 28)


@pytest.fixture
def world(app: Flask, begin: Callable[..., Any], browser_of: Any) -> World:
    return World(begin, browser_of)


def counted(page: str) -> set[int]:
    return {int(n) for n in re.findall(r"(?:还有|剩下的) (\d+) 天", page)}


def test_every_page_counts_the_same_days_to_the_same_end(world: World) -> None:
    who = world.cast(Province.INNER_MONGOLIA)
    browser = world.browser(who)
    here = world.start(who)

    pages = {
        one: counted(browser.get(one).text)
        for one in (
            "/learn",
            "/learn/hours",
            "/me/applications",
            "/learn/renewal",
            here,
        )
    }

    told = set().union(*pages.values())
    assert len(told) == 1, pages
    assert sum(bool(found) for found in pages.values()) >= 3, pages


@pytest.mark.parametrize(
    ("on", "left"),
    [(date(2027, 2, 27), 1), (ENDS, 0), (date(2027, 3, 1), -1)],
)
def test_today_is_not_counted_and_the_last_day_is(on: date, left: int) -> None:
    assert days_left(ENDS, on) == left
