"""The running house and the browser, each once for a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import DESK, Screen, Tour, launched, opened
from tests.journeys.house import RunningHouse, running

DEMO_PASSWORD = "xueshi-demo-2026"

Tours = Callable[..., AbstractContextManager[Tour]]


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """The house, as `make run` starts it."""
    with running(tmp_path_factory.mktemp("journeys")) as house:
        yield house


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One for each file: Playwright suffers no second one beside it in a process."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def tours(
    street: RunningHouse,
    chromium: Browser,
    tmp_path_factory: pytest.TempPathFactory,
) -> Tours:
    """Open a browser for one person; at the end nothing may have been found wrong."""

    @contextmanager
    def _tour(name: str, screen: Screen = DESK) -> Iterator[Tour]:
        folder = tmp_path_factory.mktemp(f"{name}-{screen.name}-")
        context = opened(chromium, street.url, screen)
        tour = Tour(context.new_page(), screen, folder)
        try:
            yield tour
        except BaseException:
            tour.page.screenshot(path=folder / "99-stopped-here.png")
            print(f"stopped at {tour.page.url}\n{tour.report()}")
            raise
        finally:
            context.close()
        print(tour.report())
        assert not tour.faults, tour.report()

    return _tour
