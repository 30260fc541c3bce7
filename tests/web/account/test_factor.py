"""The second factor at the door."""

import re

from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts import services
from lms.kernel.ids import AccountId
from tests.conftest import Browser, HandClock
from tests.make import accounts as make
from tests.make.visits import Begin, newest, sign_in, token_of


def test_half_a_session_reaches_the_factor_page_and_nothing_else(
    browser: Browser, clerk: AccountId
) -> None:
    came = sign_in(browser, name="clerk@demo.example")

    assert came.location == "/account/factor"
    assert browser.get("/account/security").location.startswith("/account/factor")
    assert browser.get("/account/factor/enrol").location == "/account/factor"
    confirm = browser.post("/account/factor/confirm", {"code": "123456"})
    assert confirm.location == "/account/factor"
    minted = browser.post("/account/factor/enrol", {})
    assert minted.status_code == 422
    assert browser.get("/account/security").status_code == 303


def test_the_demonstration_shows_the_code_and_it_opens_the_door(
    browser: Browser, clerk: AccountId
) -> None:
    browser.post(
        "/account/sign-in",
        {
            "known_as": "clerk@demo.example",
            "password": make.PASSWORD,
            "next": "/account/security",
        },
    )
    before = token_of(browser)
    shown = newest(browser)
    assert shown["to"] == "c***@demo.example"
    assert shown["code"] in shown["text"]

    wrong = browser.post("/account/factor", {"code": "000000"})
    right = browser.post(
        "/account/factor", {"code": shown["code"], "next": "/account/security"}
    )

    assert wrong.status_code == 422
    assert right.location == "/account/security"
    assert token_of(browser) != before
    assert browser.get("/account/security").status_code == 200


def test_signing_in_again_at_once_gets_a_fresh_code(
    app: Flask, clerk: AccountId
) -> None:
    for _ in range(2):
        browser = Browser(app)
        sign_in(browser, name="clerk@demo.example")
        done = browser.post("/account/factor", {"code": newest(browser)["code"]})
        assert done.status_code == 303


def test_new_staff_set_their_factor_up_before_anything_else(
    browser: Browser, begin: Begin, session: Session, clock: HandClock
) -> None:
    with begin() as work:
        fresh = make.staff(work, email="new@demo.example", enrolled=False)
    sign_in(browser, name="new@demo.example")
    assert browser.get("/account/factor").location.startswith("/account/factor/enrol")
    assert "开始设置" in browser.get("/account/factor/enrol").text

    browser.post("/account/factor/enrol", {})
    page = browser.get("/account/factor/enrol").text
    assert "data:image/svg+xml" in page
    code = services.demo_code(session, fresh, clock())
    session.rollback()
    done = browser.post("/account/factor/confirm", {"code": code})

    spares = re.findall(r"<code>([2-9A-Z]{5}-[2-9A-Z]{5})</code>", done.text)
    assert len(spares) == 10
    assert browser.get("/account/security").status_code == 200
    again = Browser(browser.app)
    sign_in(again, name="new@demo.example")
    assert again.post("/account/factor", {"code": spares[0]}).status_code == 303


def test_a_learner_turns_the_factor_on_only_with_the_password(
    browser: Browser, learner: AccountId, session: Session
) -> None:
    sign_in(browser)

    refused = browser.post("/account/factor/enrol", {"current": "wrong"})
    begun = browser.post("/account/factor/enrol", {"current": make.PASSWORD})

    assert refused.status_code == 422
    assert "密码不正确" in refused.text
    assert begun.status_code == 303
