"""Programs ask about many certificates at once, with a key that can be taken away."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.accounts import services as accounts
from lms.credentials import queries, services
from lms.credentials.models import ApiKey, ApiKeyDay
from lms.credentials.queries import CertificateCard
from lms.credentials.rules.asking import KeyHolder, KeyOwner
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.ids import AccountId, EmployerId, new_id
from lms.kernel.work import HOUSE, Work
from lms.policy.model import Specialty
from tests.conftest import Browser, HandClock
from tests.make import accounts as make_accounts
from tests.make import credentials as make

Begin = Callable[..., Any]
URL = "/api/v1/verifications"
WHO = AccountId(new_id())
HOLDER = KeyHolder(KeyOwner.EMPLOYER, new_id(), "内蒙古示例建设集团有限责任公司")


def as_staff(work: Work) -> Work:
    return replace(work, actor=replace(HOUSE, account_id=WHO))


@pytest.fixture
def issued(app: Flask, begin: Begin) -> CertificateCard:
    with begin() as work:
        person = make.graduate(work, make.association(work))
        made = services.issue(work, person, Specialty.BUILDING, printer=make.PLAIN)
        card = queries.owned(work.session, person, made, legal_day(work.now))
    db.session.remove()
    return card


@pytest.fixture
def secret(app: Flask, begin: Begin) -> str:
    with begin() as work:
        made = services.make_api_key(as_staff(work), HOLDER, "人事系统")
    db.session.remove()
    return made.secret


def ask(app: Flask, secret: str, *asks: dict[str, str], **more: Any) -> TestResponse:
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    body = more.pop("body", {"certificates": list(asks)})
    return app.test_client(use_cookies=False).post(
        URL, json=body, headers=headers | more
    )


def read(answer: TestResponse) -> Any:
    return json.loads(answer.text)


def test_each_is_answered_in_its_place_and_masked(
    app: Flask, issued: CertificateCard, secret: str
) -> None:
    number = issued.facts.number

    answer = ask(
        app,
        secret,
        {"number": number, "name": "张建国"},
        {"number": number, "name": "张伟国"},
        {"code": issued.facts.token},
    )

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found = read(answer)["certificates"]
    assert [one["verdict"] for one in found] == ["valid", "not_found", "valid"]
    assert found[0]["name"] == "张*"
    assert found[0]["id_masked"] == "1502**********0010"
    assert found[0]["hours"][0]["required"] == "60"
    assert "建国" not in answer.text
    assert set(found[1]) == {"asked", "verdict"}
    assert found[2]["number"] == number


def test_a_revocation_shows_at_once(
    app: Flask, begin: Begin, issued: CertificateCard, secret: str
) -> None:
    with begin() as work:
        services.revoke(work, issued.id, reason="x", approvals=(new_id(),))

    (found,) = read(ask(app, secret, {"code": issued.facts.token}))["certificates"]

    assert found["verdict"] == "revoked"


@pytest.mark.parametrize("given", ["", "xsk_" + "A" * 43, "x", "ключ"])
def test_without_a_key_there_is_no_answer(
    app: Flask, issued: CertificateCard, given: str
) -> None:
    headers = {"Authorization": f"Bearer {given}".encode()} if given else {}
    answer = app.test_client().post(
        URL,
        json={"certificates": [{"code": issued.facts.token}]},
        headers=headers,
    )

    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert read(answer)["code"] == "api_key.invalid"


def test_a_revoked_key_opens_nothing(app: Flask, begin: Begin, secret: str) -> None:
    with begin() as work:
        (card,) = queries.api_keys(work.session, HOLDER, legal_day(work.now))
        services.revoke_api_key(as_staff(work), HOLDER, card.id)
    db.session.remove()

    assert ask(app, secret, {"code": "x"}).status_code == 401


def test_a_key_is_kept_as_its_digest_alone(app: Flask, secret: str) -> None:
    row = db.session.scalars(select(ApiKey)).one()

    assert secret not in repr(vars(row))
    assert len(row.secret_sha256) == 32


def test_another_owner_cannot_revoke_it(begin: Begin, secret: str) -> None:
    with begin() as work:
        (card,) = queries.api_keys(work.session, HOLDER, legal_day(work.now))
        other = KeyHolder(KeyOwner.EMPLOYER, new_id(), "另一家公司")
        with pytest.raises(NotFound):
            services.revoke_api_key(as_staff(work), other, card.id)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "request.invalid"),
        ({"certificates": []}, "request.invalid"),
        ({"certificates": [{"number": "x"}]}, "request.invalid"),
        ({"certificates": [{"code": 5}]}, "request.invalid"),
        ({"certificates": [{"code": "x", "id": "x"}]}, "request.invalid"),
        ([], "request.invalid"),
        ({"certificates": [{"code": "x"}] * 501}, "certificates.too_many"),
    ],
)
def test_what_is_asked_wrongly_is_told_and_not_counted(
    app: Flask, secret: str, body: object, code: str
) -> None:
    answer = ask(app, secret, body=body)

    assert answer.status_code == 422
    assert read(answer)["code"] == code
    assert db.session.scalars(select(ApiKeyDay)).first() is None


def test_five_hundred_at_once_are_answered(
    app: Flask, issued: CertificateCard, secret: str
) -> None:
    answer = ask(app, secret, *[{"code": issued.facts.token}] * 500)

    assert [one["verdict"] for one in read(answer)["certificates"]] == ["valid"] * 500


def test_a_key_has_a_limit_by_the_minute_and_one_by_the_day(
    app: Flask, clock: HandClock, issued: CertificateCard, secret: str
) -> None:
    every = [{"code": issued.facts.token}] * 500
    asked = [ask(app, secret, *every).status_code for _ in range(3)]
    assert asked == [200, 200, 429]

    clock.pass_seconds(60)
    assert ask(app, secret, *every).status_code == 200
    row = db.session.scalars(select(ApiKeyDay)).one()
    assert row.asked == 1500
    row.asked = 9_800
    db.session.commit()
    clock.pass_seconds(60)

    answer = ask(app, secret, *every)
    assert answer.status_code == 429
    assert read(answer)["code"] == "api_key.day"
    assert answer.headers["Retry-After"]
    clock.pass_days(1)
    assert ask(app, secret, *every).status_code == 200


def test_who_guesses_names_is_stopped_until_the_next_day(
    app: Flask, clock: HandClock, issued: CertificateCard, secret: str
) -> None:
    number = issued.facts.number
    guesses = [{"number": number, "name": f"张{chr(0x4E00 + i)}"} for i in range(500)]
    assert ask(app, secret, *guesses).status_code == 200
    clock.pass_seconds(60)

    stopped = ask(app, secret, {"number": number, "name": "张建国"})

    assert stopped.status_code == 429
    assert read(stopped)["code"] == "api_key.misses"
    clock.pass_days(1)
    assert ask(app, secret, {"number": number, "name": "张建国"}).status_code == 200


def test_another_key_gives_no_more_guesses(
    app: Flask, begin: Begin, clock: HandClock, issued: CertificateCard, secret: str
) -> None:
    number = issued.facts.number
    guesses = [{"number": number, "name": f"张{chr(0x4E00 + i)}"} for i in range(500)]
    ask(app, secret, *guesses)
    clock.pass_seconds(60)
    with begin() as work:
        (card,) = queries.api_keys(work.session, HOLDER, legal_day(work.now))
        services.revoke_api_key(as_staff(work), HOLDER, card.id)
        fresh = services.make_api_key(as_staff(work), HOLDER, "新系统").secret
        other = KeyHolder(KeyOwner.EMPLOYER, new_id(), "另一家公司")
        theirs = services.make_api_key(as_staff(work), other, "人事系统").secret
    db.session.remove()

    stopped = ask(app, fresh, {"number": number, "name": "张建国"})

    assert stopped.status_code == 429
    assert read(stopped)["code"] == "api_key.misses"
    assert ask(app, theirs, {"number": number, "name": "张建国"}).status_code == 200


# -- the page -------------------------------------------------------------------


@pytest.fixture
def manager(begin: Begin, browser_of: Callable[..., Browser]) -> Browser:
    with begin() as work:
        house = make.association(work)
        account = make_accounts.account(work, name="额主任")
        accounts.grant(work, account, "manager", association_id=house)
    return browser_of(account)


def test_a_key_is_shown_once_and_works(app: Flask, manager: Browser) -> None:
    page = manager.post("/api-keys", {"name": "资格审查系统"})
    secret = page.text.split("data-secret>")[1].split("<")[0].strip()
    again = manager.get("/api-keys")

    assert page.headers["Cache-Control"] == "no-store"
    assert "资格审查系统" in again.text
    assert secret not in again.text
    found = read(ask(app, secret, {"code": "x"}))
    assert found["certificates"][0]["verdict"] == "not_found"


def test_a_key_without_a_name_is_refused(manager: Browser) -> None:
    empty = manager.post("/api-keys", {"name": ""})
    blank = manager.post("/api-keys", {"name": " "})

    assert empty.status_code == blank.status_code == 422
    assert "请填写用在哪里" in empty.text
    assert "请写明用在哪里" in blank.text


def test_a_stopped_key_is_listed_as_such(app: Flask, manager: Browser) -> None:
    page = manager.post("/api-keys", {"name": "旧系统"})
    secret = page.text.split("data-secret>")[1].split("<")[0].strip()
    key = page.text.split('name="key" value="')[1].split('"')[0]

    gone = manager.post("/api-keys/revoke", {"key": key})

    assert gone.status_code == 303
    assert ask(app, secret, {"code": "x"}).status_code == 401
    assert manager.post("/api-keys/revoke", {"key": "x"}).status_code == 404
    assert manager.post("/api-keys/revoke", {"key": str(new_id())}).status_code == 404


def test_an_agent_of_an_unproved_company_gets_none(
    begin: Begin, browser_of: Callable[..., Browser]
) -> None:
    with begin() as work:
        account = make_accounts.account(work, name="企业经办人")
        accounts.grant(work, account, "employer", employer_id=EmployerId(new_id()))
    agent = browser_of(account)

    assert agent.get("/api-keys").status_code == 403
    assert agent.post("/api-keys", {"name": "x"}).status_code == 403
