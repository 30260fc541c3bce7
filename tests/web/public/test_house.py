"""The doors of the house itself, when somebody leans on them."""

from __future__ import annotations

import pytest

from lms.kernel.work import HOUSE, unit_of_work
from tests.conftest import Browser, HandClock
from tests.make import people
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)


@pytest.mark.parametrize(
    "body", ["[1]", '{"csp-report": "x"}', "", "7", "{", "[" * 100_000, '{"a": 1}']
)
def test_a_report_of_any_shape_is_taken_quietly(browser: Browser, body: str) -> None:
    asking = {"data": body, "content_type": "application/csp-report"}

    assert browser.client.post("/csp-reports", **asking).status_code == 204


@pytest.mark.parametrize(
    "carried",
    [{}, {"X-Real-IP": "1.2.3.4"}, {"Forwarded": "for=1.2.3.4"}, {"Via": "1.1 x"}],
)
def test_figures_are_for_this_machine_alone(
    browser: Browser, carried: dict[str, str]
) -> None:
    answer = browser.get("/metrics", headers=carried)

    assert answer.status_code == (404 if carried else 200)


@pytest.mark.parametrize("url", ["/study/beat", "/study/lease"])
@pytest.mark.parametrize("body", ["[" * 50_000, '{"a":' * 50_000])
def test_a_text_nested_without_end_is_no_json(
    clock: HandClock, browser_of: object, url: str, body: str
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        account = people.account(work).account_id
    mine: Browser = browser_of(account)  # type: ignore[operator]  # a fixture of the folder

    answer = mine.client.post(
        url,
        data=body,
        headers={"X-CSRFToken": mine.token(), "Content-Type": "application/json"},
    )

    assert answer.status_code == 400


GIB = 1024**3


@pytest.mark.parametrize(
    ("size", "free", "ready"),
    [
        (250 * GIB, 26 * GIB, True),
        (250 * GIB, 20 * GIB, True),
        (250 * GIB, 3 * GIB, False),
        (20 * GIB, 3 * GIB, True),
        (20 * GIB, GIB, False),
    ],
)
def test_a_house_is_unready_only_when_its_disk_is_nearly_full(
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
    free: int,
    ready: bool,
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: (size, size - free, free))

    answer = browser.get("/readyz")

    assert answer.json is not None
    assert answer.json["checks"]["disk"] is ready
    assert answer.status_code == (200 if ready else 503)
