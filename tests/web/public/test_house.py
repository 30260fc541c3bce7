"""The doors of the house itself, when somebody leans on them."""

from __future__ import annotations

import pytest

from lms.kernel.work import HOUSE, unit_of_work
from tests.conftest import Browser, HandClock
from tests.make import people


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
    mine: Browser = browser_of(account)  # type: ignore[operator]

    answer = mine.client.post(
        url,
        data=body,
        headers={"X-CSRFToken": mine.token(), "Content-Type": "application/json"},
    )

    assert answer.status_code == 400
