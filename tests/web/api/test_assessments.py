"""The open question: JSON in, the law's answer out."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.assembly import assemble
from lms.kernel.settings import Settings
from lms.web.api import answers
from lms.web.limits import limiter
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

CASES = json.loads(
    (Path(__file__).parents[2] / "policy" / "cases.json").read_text("utf-8")
)
URL = "/api/v1/assessments"
NEVER_COMPARED = {"clause", "message", "missing"}


def renewal(**more: Any) -> dict[str, Any]:
    """A renewal with nothing wrong but the hours."""
    return {
        "province": "national",
        "application": "renewal",
        "applied_on": "2026-11-01",
        "granted_on": None,
        "person": {"born_on": "1985-07-04"},
        "specialties": [
            {
                "code": "building",
                "main": True,
                "valid_from": "2023-12-21",
                "valid_until": "2026-12-20",
            }
        ],
        **more,
    }


def credit(**more: Any) -> dict[str, Any]:
    return {
        "specialty": "building",
        "track": "required",
        "hours": "60",
        "earned_at": "2025-05-01T10:00:00+08:00",
        **more,
    }


def stripped(answer: dict[str, Any]) -> dict[str, Any]:
    """Leave of an answer what the worked cases state."""
    found = {key: value for key, value in answer.items() if key != "rule_set"}
    for part in ("reasons", "warnings"):
        found[part] = [
            {key: value for key, value in each.items() if key not in NEVER_COMPARED}
            for each in answer[part]
        ]
    return found


def read(answer: TestResponse) -> Any:
    return json.loads(answer.text)


@pytest.fixture
def settings_of(app: Flask) -> Settings:
    found: Settings = app.extensions["lms.settings"]
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_a_worked_case_is_answered_as_written(
    client: FlaskClient, case: dict[str, Any]
) -> None:
    answer = client.post(URL, json=case["request"])

    assert answer.status_code == 200
    assert stripped(read(answer)) == case["expect"]


def test_every_reason_has_its_clause_and_its_words(client: FlaskClient) -> None:
    reasons = read(client.post(URL, json=renewal(province="guizhou")))["reasons"]

    assert [each["code"] for each in reasons] == [
        "commitment.employer_missing",
        "commitment.person_missing",
        "hours.short",
        "hours.short",
    ]
    assert reasons[3]["clause"] == "黔建建通〔2023〕55号 五(二)"
    assert reasons[3]["message"] == "建筑工程 必修还差 60 学时。"
    assert reasons[3]["missing"] == "60"
    assert all(each["clause"] and each["message"] for each in reasons)


def test_nothing_is_kept_and_no_cookie_is_set(client: FlaskClient) -> None:
    answer = client.post(URL, json=renewal())

    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_list_is_answered_item_by_item(client: FlaskClient) -> None:
    bad = renewal(province="atlantis")
    answer = client.post(URL, json=[renewal(), bad, 7, renewal()])

    assert answer.status_code == 200
    first, second, third, last = read(answer)
    assert first == last
    assert first["eligible"] is False
    assert second["code"] == "request.invalid"
    assert second["errors"][0]["path"] == "province"
    assert second["errors"][0]["code"] == "code.unknown"
    assert third["errors"][0] == {
        "path": "",
        "code": "type.wrong",
        "message": "值的类型不对。",
    }


def test_the_hundredth_of_an_hour_is_kept(client: FlaskClient) -> None:
    asked = renewal(credits=[credit(hours="59.99"), credit(hours="0.50")])

    lines = read(client.post(URL, json=asked))["hours"]

    assert lines[0] == {
        "specialty": "building",
        "track": "required",
        "needed": "60",
        "counted": "60.49",
        "missing": "0",
    }


SPECIALTY = renewal()["specialties"][0]


@pytest.mark.parametrize(
    ("more", "path", "code"),
    [
        pytest.param({"x": 1}, "x", "key.unknown", id="an unknown key"),
        pytest.param(
            {"person": {"born_on": "1985-07-04", "name": "x"}},
            "person.name",
            "key.unknown",
            id="an unknown key inside",
        ),
        pytest.param(
            {"province": "hebei"}, "province", "code.unknown", id="an unknown province"
        ),
        pytest.param({"province": 1}, "province", "type.wrong", id="a number"),
        pytest.param(
            {"applied_on": "2026-02-30"},
            "applied_on",
            "date.malformed",
            id="no such day",
        ),
        pytest.param(
            {"applied_on": "20261101"}, "applied_on", "date.malformed", id="basic form"
        ),
        pytest.param(
            {"applied_on": "9999-12-31"}, "applied_on", "date.malformed", id="far away"
        ),
        pytest.param(
            {"applied_on": None}, "applied_on", "key.missing", id="no day at all"
        ),
        pytest.param(
            {"granted_on": "2026-10-31"},
            "granted_on",
            "date.before_application",
            id="granted before it was asked",
        ),
        pytest.param(
            {"credits": [credit(earned_at="2025-05-01T10:00:00")]},
            "credits[0].earned_at",
            "instant.naive",
            id="a naive instant",
        ),
        pytest.param(
            {"credits": [credit(earned_at="2025-05-01")]},
            "credits[0].earned_at",
            "instant.naive",
            id="a day for an instant",
        ),
        pytest.param(
            {"credits": [credit(earned_at="2025-05-01T25:00:00Z")]},
            "credits[0].earned_at",
            "instant.malformed",
            id="the 25th hour",
        ),
        pytest.param(
            {"credits": [credit(earned_at="0001-01-01T00:00:00+14:00")]},
            "credits[0].earned_at",
            "instant.malformed",
            id="before time",
        ),
        pytest.param(
            {"credits": [credit(hours="-1")]},
            "credits[0].hours",
            "hours.not_positive",
            id="negative hours",
        ),
        pytest.param(
            {"credits": [credit(hours="1.005")]},
            "credits[0].hours",
            "hours.too_precise",
            id="three decimals",
        ),
        pytest.param(
            {"credits": [credit(hours=60)]},
            "credits[0].hours",
            "type.wrong",
            id="hours as a number",
        ),
        pytest.param(
            {"credits": [credit(hours="6e1")]},
            "credits[0].hours",
            "hours.malformed",
            id="hours with an exponent",
        ),
        pytest.param(
            {"credits": [credit(hours="６０")]},
            "credits[0].hours",
            "hours.malformed",
            id="full-width digits",
        ),
        pytest.param(
            {"credits": [credit(hours="60\n")]},
            "credits[0].hours",
            "hours.malformed",
            id="a line end",
        ),
        pytest.param({"credits": {}}, "credits", "type.wrong", id="no list"),
        pytest.param(
            {"specialties": [SPECIALTY, {**SPECIALTY, "main": False}]},
            "specialties[1].code",
            "specialty.twice",
            id="a specialty twice",
        ),
        pytest.param(
            {"specialties": [SPECIALTY, {**SPECIALTY, "code": "water"}]},
            "specialties[1].main",
            "specialty.two_mains",
            id="two mains",
        ),
        pytest.param(
            {"specialties": []}, "specialties", "list.empty", id="no specialty"
        ),
        pytest.param(
            {
                "specialties": [
                    {"code": "water", "main": True, "valid_from": "2024-01-01"}
                ]
            },
            "specialties[0].valid_until",
            "date.missing",
            id="a renewal without its end",
        ),
        pytest.param(
            {"application": "initial"},
            "specialties[0].qualified_on",
            "date.missing",
            id="an initial one without qualification",
        ),
        pytest.param(
            {"application": "re_registration"},
            "deregistered_on",
            "date.missing",
            id="a re-registration without its end",
        ),
        pytest.param(
            {"commitments": {"person": "yes", "employer": True}},
            "commitments.person",
            "type.wrong",
            id="a word for a truth",
        ),
        pytest.param(
            {
                "substitutions": [
                    {
                        "activity": "teaching",
                        "occurred_on": "2025-01-01",
                        "status": "approved",
                        "hours": "0",
                    }
                ]
            },
            "substitutions[0].hours",
            "hours.not_positive",
            id="no hours taught",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    client: FlaskClient, more: dict[str, Any], path: str, code: str
) -> None:
    answer = client.post(URL, json=renewal(**more))

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert read(answer)["code"] == "request.invalid"
    found = [(each["path"], each["code"]) for each in read(answer)["errors"]]
    assert found == [(path, code)]


def test_all_flaws_are_told_at_once(client: FlaskClient) -> None:
    errors = read(client.post(URL, json={"z": 1}))["errors"]

    assert [each["path"] for each in errors] == [
        "z",
        "province",
        "application",
        "applied_on",
        "person",
        "specialties",
    ]


def test_a_key_given_twice_is_refused(client: FlaskClient) -> None:
    body = json.dumps(renewal())[:-1] + ', "province": "beijing"}'
    answer = client.post(URL, data=body, content_type="application/json")

    assert answer.status_code == 422
    assert read(answer)["errors"][0]["code"] == "key.twice"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"NaN", b"[" * 100_000, b"1" * 5000, b'{"a": Infinity}'],
    ids=["empty", "cut", "not utf-8", "nan", "deep", "long number", "infinity"],
)
def test_what_is_not_json_is_said_so(client: FlaskClient, body: bytes) -> None:
    answer = client.post(URL, data=body, content_type="application/json")

    assert answer.status_code == 400
    assert read(answer)["code"] == "json.malformed"


def test_another_format_and_a_flood_are_refused(client: FlaskClient) -> None:
    form = client.post(URL, data={"province": "national"})
    flood = client.post(URL, data=b" " * (2**20 + 1), content_type="application/json")
    many = client.post(URL, json=[0] * 5001)

    assert (form.status_code, read(form)["code"]) == (415, "json.expected")
    assert flood.status_code == 413
    assert flood.content_type == "application/problem+json"
    assert (many.status_code, read(many)["code"]) == (422, "list.too_long")


def test_the_operators_command_answers_in_the_same_form(app: Flask) -> None:
    text = answers.answer_text(json.dumps([renewal(), {}]).encode())

    first, second = json.loads(text)
    assert first["rule_set"] == "national/2010-192"
    assert second["code"] == "request.invalid"


@pytest.fixture
def _unlimited_again() -> Iterator[None]:
    """One limiter serves all houses of a process: give it back as it was."""
    was = limiter.enabled
    yield
    limiter.enabled = was


@pytest.mark.usefixtures("_unlimited_again")
def test_the_thirty_first_question_in_a_minute_waits(
    app: Flask, settings_of: Settings
) -> None:
    strict = assemble(settings_of, limits=True)
    client = strict.test_client(use_cookies=False)

    statuses = [client.post(URL, json=renewal()).status_code for _ in range(30)]
    last = client.post(URL, json=renewal())

    assert set(statuses) == {200}
    assert last.status_code == 429
    assert last.content_type == "application/problem+json"
    assert read(last)["code"] == "http.429"
