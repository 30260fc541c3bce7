"""Keeping an account safe, page by page."""

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts import queries
from lms.kernel.ids import AccountId
from tests.conftest import Browser
from tests.make import accounts as make
from tests.make.visits import GOOD, Begin, BrowserOf, newest, sign_in, token_of


def test_a_new_password_ends_the_other_devices(
    app: Flask, browser: Browser, learner: AccountId
) -> None:
    other = Browser(app)
    sign_in(other)
    sign_in(browser)
    before = token_of(browser)

    done = browser.post(
        "/account/security/password", {"current": make.PASSWORD, "password": GOOD}
    )

    assert done.location == "/account/security"
    assert token_of(browser) != before
    assert browser.get("/account/security").status_code == 200
    assert other.get("/account/security").status_code == 303


def test_the_password_is_asked_for_again_and_guessing_it_is_slowed(
    browser: Browser, learner: AccountId
) -> None:
    sign_in(browser)

    answers = [
        browser.post(
            "/account/security/password", {"current": "wrong", "password": GOOD}
        )
        for _ in range(6)
    ]

    assert {a.status_code for a in answers} == {422}
    assert "密码不正确" in answers[0].text
    assert "秒后再试" in answers[5].text


def test_a_number_is_changed_by_a_code_and_the_old_one_hears_of_it(
    app: Flask, browser: Browser, learner: AccountId
) -> None:
    sign_in(browser)
    browser.post(
        "/account/security/contact",
        {"known_as": "13700002222", "current": make.PASSWORD},
    )
    code = newest(browser)["code"]

    done = browser.post(
        "/account/security/contact/finish", {"known_as": "13700002222", "code": code}
    )

    assert done.location == "/account/security"
    assert newest(browser)["to"] == "139****1111"
    assert "137****2222" in browser.get("/account/security").text
    assert sign_in(Browser(app), name="13700002222").status_code == 303


def test_devices_are_listed_and_ended(
    app: Flask, browser: Browser, learner: AccountId, session: Session
) -> None:
    other = Browser(app)
    sign_in(other)
    sign_in(browser)
    page = browser.get("/account/security").text
    links = re.findall(r"/account/security/sessions/[0-9a-f-]{36}/end", page)
    assert len(links) == 1

    browser.post(links[0])

    assert other.get("/account/security").status_code == 303
    assert browser.get("/account/security").status_code == 200


def test_nobody_ends_the_session_of_another(
    browser: Browser,
    browser_of: BrowserOf,
    begin: Begin,
    learner: AccountId,
    session: Session,
) -> None:
    with begin() as work:
        stranger = make.account(work, email="x@demo.example")
    theirs = browser_of(stranger)
    mine = browser_of(learner)
    [card] = queries.sessions(session, stranger)
    session.rollback()

    foreign = mine.post(f"/account/security/sessions/{card.id}/end")

    assert foreign.status_code == 404
    assert theirs.get("/account/security").status_code == 200


def test_all_other_devices_end_at_once(
    app: Flask, browser: Browser, learner: AccountId
) -> None:
    others = [Browser(app) for _ in range(3)]
    for other in (*others, browser):
        sign_in(other)

    browser.post("/account/security/sessions/end-others")

    assert browser.get("/account/security").status_code == 200
    assert {o.get("/account/security").status_code for o in others} == {303}


def test_an_account_is_closed_with_password_and_confirmation(
    app: Flask, browser: Browser, learner: AccountId
) -> None:
    sign_in(browser)

    unsure = browser.post("/account/security/close", {"current": make.PASSWORD})
    wrong = browser.post(
        "/account/security/close", {"current": "wrong", "understood": "y"}
    )
    done = browser.post(
        "/account/security/close", {"current": make.PASSWORD, "understood": "y"}
    )

    assert unsure.status_code == wrong.status_code == 422
    assert done.location == "/account/sign-in"
    assert browser.get("/account/security").status_code == 303
    assert sign_in(Browser(app)).status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/account/security",
        "/account/security/password",
        "/account/security/contact",
        "/account/security/factor",
        "/account/security/close",
        "/account/factor/enrol",
    ],
)
def test_every_page_of_ones_own_is_there(
    browser_of: BrowserOf, learner: AccountId, path: str
) -> None:
    assert browser_of(learner).get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/account/sign-in",
        "/account/sign-up",
        "/account/forgot",
        "/account/sign-in/code",
    ],
)
def test_every_way_in_is_open_to_strangers(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 200


def test_the_privacy_text_shows_its_date(browser: Browser) -> None:
    assert "2026-11-01" in browser.get("/account/privacy").text


def test_the_outbox_masks_its_receivers(browser: Browser, learner: AccountId) -> None:
    browser.post("/account/forgot", {"known_as": make.PHONE})

    page = browser.get("/demo/outbox").text

    assert "139****1111" in page
    assert make.PHONE not in page
