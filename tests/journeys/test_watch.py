"""The watch on each page would notice: without that, its silence says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import DESK, Tour, opened
from tests.journeys.house import RunningHouse

_FAULTY = """
const main = document.querySelector("main");
main.innerHTML = '<input type="text"><p style="width: 3000px">x</p>';
main.firstChild.style.width = "3000px";
"""


@pytest.mark.browser
def test_the_watch_sees_bad_fields_refused_styles_wide_and_heavy_pages(
    chromium: Browser, street: RunningHouse, tmp_path: Path
) -> None:
    with opened(chromium, street.url, DESK) as context:
        tour = Tour(context.new_page(), DESK, tmp_path)
        tour.go("/")
        tour.page.evaluate(_FAULTY)
        tour.look("spoiled", most_bytes=1000)
        told = "\n".join(tour.faults)
    assert "axe critical: label" in told
    assert "Content Security Policy" in told
    assert "wide, the screen 1280" in told
    assert "more than 1000" in told
