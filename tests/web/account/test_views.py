"""What a person sees at the doors of /account, and what is stored then."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts import queries, services
from lms.accounts.models import Account, SignedSession
from lms.kernel.ids import AccountId
from tests.conftest import Browser, HandClock
from tests.make import accounts as make

GOOD = "工地上最怕的是图纸没看懂就开工"
Begin = Callable[..., Any]
BrowserOf = Callable[..., Browser]


def newest(browser: Browser) -> dict[str, str]:
    found = browser.get("/demo/outbox.json").get_json()[0]
    return {key: str(value) for key, value in found.items()}


def sign_in(
    browser: Browser, password: str = make.PASSWORD, name: str = make.EMAIL
) -> Any:
    return browser.post("/account/sign-in", {"known_as": name, "password": password})


def token_of(browser: Browser) -> str:
    with browser.client.session_transaction() as kept:
        return str(kept.get("_user_id", ""))


@pytest.fixture
def learner(begin: Begin) -> AccountId:
    with begin() as work:
        return make.account(work, phone=make.PHONE)


@pytest.fixture
def clerk(begin: Begin) -> AccountId:
    with begin() as work:
        return make.staff(work)


# -- signing up --------------------------------------------------------------------


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


def bare(page: str, number: str) -> str:
    """Leave out what differs between any two visits."""
    page = page.replace(number, "NUMBER").replace(
        f"{number[:3]}****{number[-4:]}", "MASKED"
    )
    page = re.sub(r'name="csrf_token"[^>]*', "", page)
    page = re.sub(r'name="csrf-token"\s+content="[^"]*"', "", page)
    return re.sub(r'value="Ij[^"]*"', "", page)


# -- signing in --------------------------------------------------------------------


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


# -- second factor -----------------------------------------------------------------


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


# -- forgotten password ------------------------------------------------------------


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


# -- keeping it safe ---------------------------------------------------------------


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
