"""Signing up, signing in, and a forgotten password, as a person sees it."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts import queries
from lms.accounts.models import Account, SignedSession
from lms.kernel.ids import AccountId
from tests.conftest import Browser, HandClock
from tests.make import accounts as make
from tests.make.visits import GOOD, bare, newest, sign_in, token_of


def test_a_person_signs_up_with_a_number_and_is_in(
    browser: Browser, session: Session
) -> None:
    first = browser.post("/account/sign-up", {"known_as": "137 0000 1234"})
    assert "137****1234" in first.text
    code = newest(browser)["code"]

    done = browser.post(
        "/account/sign-up/finish",
        {
            "known_as": "13700001234",
            "code": code,
            "name": "赵工",
            "password": GOOD,
            "agreed": "y",
        },
    )

    assert done.status_code == 303
    page = browser.get("/account/security").text
    assert "赵工" in page
    assert "137****1234" in page
    assert "13700001234" not in page
    account = session.scalars(select(Account)).one()
    assert queries.consents(session, AccountId(account.id))[0].agreed


def test_a_form_with_faults_stays_filled_and_keeps_the_code_good(
    browser: Browser,
) -> None:
    browser.post("/account/sign-up", {"known_as": "13700001234"})
    code = newest(browser)["code"]
    typed = {
        "known_as": "13700001234",
        "code": code,
        "name": "赵工",
        "password": "short",
    }

    without_consent = browser.post("/account/sign-up/finish", typed)
    weak = browser.post("/account/sign-up/finish", typed | {"agreed": "y"})
    good = browser.post(
        "/account/sign-up/finish", typed | {"agreed": "y", "password": GOOD}
    )

    assert without_consent.status_code == 422
    assert "请先阅读并同意隐私政策" in without_consent.text
    assert weak.status_code == 422
    assert "密码太短" in weak.text
    assert 'value="赵工"' in weak.text
    assert f'value="{code}"' in weak.text
    assert "short" not in weak.text
    assert good.status_code == 303


def test_all_that_is_wrong_with_a_sign_up_is_said_at_once(browser: Browser) -> None:
    browser.post("/account/sign-up", {"known_as": "13700001234"})
    code = newest(browser)["code"]
    wrong = "000000" if code != "000000" else "111111"
    typed = {"known_as": "13700001234", "name": "赵工", "password": "short"}

    judged = browser.post(
        "/account/sign-up/finish", typed | {"code": wrong, "agreed": "y"}
    )
    unread = browser.post("/account/sign-up/finish", typed | {"code": wrong})

    assert "验证码不正确" in judged.text
    assert "密码太短：至少 15 个字符" in judged.text
    assert "请先阅读并同意隐私政策" in unread.text
    assert "密码太短：至少 15 个字符" in unread.text
    assert "两步验证" not in judged.text + unread.text


def test_a_step_shown_again_in_another_language_judges_nothing(
    browser: Browser,
) -> None:
    browser.post("/account/sign-up", {"known_as": "13700001234"})
    typed = {"known_as": "13700001234", "name": "赵工", "code": "1", "password": "abc"}

    again = browser.post("/account/sign-up/finish", typed | {"step": "edit"})

    assert again.status_code == 200
    assert 'value="赵工"' in again.text
    assert "abc" not in again.text
    assert "密码太短" not in again.text


@pytest.mark.parametrize(
    "step", ["/account/sign-up", "/account/forgot", "/account/sign-in/code"]
)
def test_asking_for_a_code_does_not_tell_who_has_an_account(
    app: Flask, learner: AccountId, step: str
) -> None:
    known = Browser(app).post(step, {"known_as": make.PHONE})
    unknown = Browser(app).post(step, {"known_as": "13900009999"})

    assert known.status_code == unknown.status_code == 200
    assert bare(known.text, make.PHONE) == bare(unknown.text, "13900009999")


def test_wrong_password_and_unknown_account_read_the_same(
    app: Flask, learner: AccountId
) -> None:
    known = sign_in(Browser(app), "wrong", make.PHONE)
    unknown = sign_in(Browser(app), "wrong", "13900009999")

    assert known.status_code == unknown.status_code == 422
    assert "账号或密码不正确" in known.text
    assert bare(known.text, make.PHONE) == bare(unknown.text, "13900009999")


def test_after_six_failures_even_the_owner_is_told_to_wait(
    app: Flask, browser: Browser, learner: AccountId, clock: HandClock
) -> None:
    for _ in range(5):
        sign_in(browser, "wrong")

    blocked = sign_in(browser)
    clock.pass_seconds(3)
    later = sign_in(browser)

    assert blocked.status_code == 429
    assert "秒后再试" in blocked.text
    assert later.status_code == 303


def test_a_known_browser_signs_in_while_the_account_is_attacked(
    app: Flask, browser: Browser, learner: AccountId
) -> None:
    sign_in(browser)
    browser.post("/account/sign-out")
    attacker = Browser(app)
    for _ in range(8):
        sign_in(attacker, "wrong")

    assert sign_in(attacker).status_code == 429
    assert sign_in(browser).status_code == 303


def test_a_session_given_before_is_not_the_one_after(
    browser: Browser, learner: AccountId, session: Session
) -> None:
    sign_in(browser)
    first = token_of(browser)
    sign_in(browser)
    second = token_of(browser)

    assert first != second
    assert session.scalar(select(func.count()).select_from(SignedSession)) == 1


def test_signing_out_ends_the_session_in_the_database_too(
    app: Flask, browser: Browser, learner: AccountId
) -> None:
    sign_in(browser)
    stolen = Browser(app)
    stolen.carry(token_of(browser))
    assert stolen.get("/account/security").status_code == 200

    browser.post("/account/sign-out")

    assert browser.get("/account/security").status_code == 303
    assert stolen.get("/account/security").status_code == 303


def test_a_code_signs_a_learner_in(browser: Browser, learner: AccountId) -> None:
    browser.post("/account/sign-in/code", {"known_as": make.PHONE})
    code = newest(browser)["code"]

    wrong = browser.post(
        "/account/sign-in/code/finish",
        {"known_as": make.PHONE, "code": f"{(int(code) + 1) % 10**6:06d}"},
    )
    right = browser.post(
        "/account/sign-in/code/finish", {"known_as": make.PHONE, "code": code}
    )

    assert wrong.status_code == 422
    assert "验证码不正确" in wrong.text
    assert right.status_code == 303


def test_a_forged_sign_in_is_refused(app: Flask, learner: AccountId) -> None:
    answer = app.test_client().post(
        "/account/sign-in", data={"known_as": make.EMAIL, "password": make.PASSWORD}
    )

    assert answer.status_code == 400


def test_an_idle_session_has_ended(
    browser: Browser, learner: AccountId, clock: HandClock
) -> None:
    sign_in(browser)
    clock.pass_seconds(2 * 3600)

    assert browser.get("/account/security").status_code == 303


def test_a_forgotten_password_is_set_anew_by_a_code_once(
    app: Flask, browser: Browser, learner: AccountId
) -> None:
    other = Browser(app)
    sign_in(other)
    browser.post("/account/forgot", {"known_as": make.EMAIL})
    form = {"known_as": make.EMAIL, "code": newest(browser)["code"], "password": GOOD}

    done = browser.post("/account/reset", form)
    again = browser.post("/account/reset", form)

    assert done.location == "/account/sign-in"
    assert again.status_code == 422
    assert other.get("/account/security").status_code == 303
    assert sign_in(Browser(app)).status_code == 422
    assert sign_in(Browser(app), GOOD).status_code == 303
