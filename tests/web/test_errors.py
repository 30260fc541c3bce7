"""What a browser is told when it asks amiss."""

from __future__ import annotations

import pytest

from tests.conftest import Browser
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)


@pytest.mark.parametrize(
    ("step", "begun"),
    [
        ("/account/sign-up/finish", "/account/sign-up"),
        ("/account/sign-in/code/finish", "/account/sign-in/code"),
    ],
)
def test_a_step_that_only_a_form_reaches_leads_to_where_it_begins(
    browser: Browser, step: str, begun: str
) -> None:
    answer = browser.get(step)

    assert (answer.status_code, answer.headers["Location"]) == (303, begun)
    assert "请从这里重新开始" in browser.get(begun).text


def test_a_script_is_told_plainly(browser: Browser) -> None:
    asking = {"headers": {"Accept": "application/json"}}

    assert browser.get("/account/sign-up/finish", **asking).status_code == 405


def test_an_unsafe_verb_never_wanders(browser: Browser) -> None:
    assert browser.client.delete("/account/sign-up").status_code == 405


def test_json_nested_beyond_all_sense_is_the_senders_mistake(browser: Browser) -> None:
    deep = "[" * 100_000 + "]" * 100_000

    answer = browser.client.post(
        "/api/v1/assessments", data=deep, content_type="application/json"
    )

    assert answer.status_code == 400
