"""Working days over the open door."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

URL = "/api/v1/working-days"


def read(answer: TestResponse) -> Any:
    return json.loads(answer.text)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


def test_the_starting_day_is_not_counted(client: FlaskClient) -> None:
    answer = client.get(f"{URL}?from=2026-09-24&add=2")

    assert answer.status_code == 200
    assert read(answer) == {"from": "2026-09-24", "add": 2, "on": "2026-09-29"}


def test_past_the_published_calendar_there_is_no_guess(client: FlaskClient) -> None:
    answer = client.get(f"{URL}?from=2026-12-28&add=5")

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert read(answer)["code"] == "workdays.uncovered"
    assert read(answer)["last_covered"] == "2026-12-31"
    assert "2026-12-31" in read(answer)["detail"]


@pytest.mark.parametrize(
    ("query", "path", "code"),
    [
        ("add=2", "from", "key.missing"),
        ("from=2026-09-24", "add", "key.missing"),
        ("from=2026-09-24&add=-1", "add", "number.out_of_range"),
        ("from=2026-09-24&add=1.5", "add", "number.out_of_range"),
        ("from=2026-9-24&add=1", "from", "date.malformed"),
        ("from=2026-09-24&add=1&add=2", "add", "key.twice"),
        ("from=2026-09-24&add=1&x=2", "x", "key.unknown"),
    ],
)
def test_a_bad_question_is_named(
    client: FlaskClient, query: str, path: str, code: str
) -> None:
    answer = client.get(f"{URL}?{query}")

    assert answer.status_code == 422
    assert [(e["path"], e["code"]) for e in read(answer)["errors"]] == [(path, code)]
