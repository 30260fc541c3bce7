"""工作人员 as managers meet it, and the invited with their link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from lms.accounts.models import Account, SignedSession, StaffInvitation
from lms.approvals.models import Approval
from lms.kernel.db import db
from lms.kernel.ids import AccountId, AssociationId
from lms.notify import queries as notify
from tests.conftest import Browser, HandClock
from tests.make import accounts as make_accounts

Begin = Callable[..., Any]
BrowserOf = Callable[..., Browser]
PAGE = "/console/staff"
GUEST = {
    "name": "新来的", "place": "new@x.example", "role": "clerk", "reason": "人手不够",
}  # fmt: skip


@pytest.fixture
def hands(begin: Begin, association: AssociationId) -> dict[str, AccountId]:
    with begin() as work:
        return {
            who: make_accounts.staff(
                work, who.rstrip("23"), association_id=association,
                email=f"{who}@x.example",
            )
            for who in ("manager", "manager2", "manager3", "clerk")
        }  # fmt: skip


@pytest.fixture
def desks(hands: dict[str, AccountId], browser_of: BrowserOf) -> dict[str, Browser]:
    return {who: browser_of(account) for who, account in hands.items()}


def asked() -> UUID:
    db.session.rollback()
    return db.session.scalars(
        select(Approval.id).order_by(Approval.asked_at.desc())
    ).all()[0]


def agree(desk: Browser) -> int:
    where = f"{PAGE}/questions/{asked()}/decide"
    return desk.post(where, {"answer": "yes", "comment": ""}).status_code


def link() -> str:
    db.session.rollback()
    for one in notify.demo_outbox(db.session()):
        if "link" in one.words:
            return str(one.words["link"]).partition("://")[2].partition("/")[2]
    raise AssertionError("no link was sent")


def test_a_guest_comes_by_two_managers_and_a_link_and_sets_up_a_factor(
    desks: dict[str, Browser], browser: Browser
) -> None:
    assert desks["manager"].post(f"{PAGE}/invite", GUEST).status_code == 303
    page = desks["manager2"].get(PAGE).text
    assert "new@x.example" in page
    assert agree(desks["manager2"]) == 303

    where = "/" + link()
    assert "协会经办人" in browser.get(where).text
    weak = {"name": "新来的", "password": "short", "agreed": "y"}
    assert browser.post(where, weak).status_code == 422
    good = weak | {"password": make_accounts.GOOD}
    done = browser.post(where, good)
    assert done.status_code == 303
    assert done.headers["Location"].startswith("/account/factor")
    assert browser.get("/console").headers["Location"].startswith("/account/factor")
    assert browser.get(where).status_code == 410
    assert "新来的" in desks["manager"].get(PAGE).text


def test_what_was_typed_stays_and_a_strange_link_says_what_to_do(
    desks: dict[str, Browser], browser: Browser
) -> None:
    wrong = desks["manager"].post(f"{PAGE}/invite", GUEST | {"place": "nowhere"})

    assert wrong.status_code == 422
    assert "新来的" in wrong.text
    assert "完整的邮箱地址" in wrong.text
    strange = browser.get("/account/join/guessed")
    assert strange.status_code == 404
    assert "重新邀请" in strange.text


def test_a_withdrawn_clerk_is_out_with_the_next_request(
    desks: dict[str, Browser], hands: dict[str, AccountId]
) -> None:
    assert desks["clerk"].get("/console/today").status_code == 200
    out = f"{PAGE}/{hands['clerk']}/end"

    assert desks["manager"].post(out, {"reason": "调离"}).status_code == 303
    assert desks["clerk"].get("/console/today").status_code == 200
    assert agree(desks["manager2"]) == 303

    gone = desks["clerk"].get("/console/today")
    assert gone.status_code == 303
    assert gone.headers["Location"].startswith("/account/sign-in")
    deeds = desks["manager"].get("/console/deeds").text
    assert "撤销工作人员岗位" in deeds
    assert f'value="{hands["clerk"]}"' in deeds


def test_the_one_who_asked_does_not_agree_and_a_second_click_is_harmless(
    desks: dict[str, Browser], hands: dict[str, AccountId]
) -> None:
    out = f"{PAGE}/{hands['clerk']}/end"
    desks["manager"].post(out, {"reason": "调离"})

    assert desks["manager"].post(out, {"reason": "调离"}).status_code == 409
    assert agree(desks["manager"]) == 422
    assert "同意" in desks["manager2"].get(PAGE).text
    assert agree(desks["manager2"]) == 303
    assert agree(desks["manager3"]) == 409


def test_a_manager_alone_is_told_what_to_do(
    begin: Begin, association: AssociationId, browser_of: BrowserOf
) -> None:
    with begin() as work:
        alone = make_accounts.staff(work, "manager", association_id=association)
    desk = browser_of(alone)

    page = desk.get(PAGE).text
    assert "staff appoint EMAIL NAME manager" in page
    assert desk.post(f"{PAGE}/invite", GUEST).status_code == 422


def test_staff_of_other_houses_is_not_there_and_clerks_are_kept_out(
    desks: dict[str, Browser], begin: Begin
) -> None:
    with begin() as work:
        stranger = make_accounts.staff(work, "clerk", email="far@x.example")

    assert desks["manager"].get(f"{PAGE}/{stranger}").status_code == 404
    end = desks["manager"].post(f"{PAGE}/{stranger}/end", {"reason": "越界"})
    assert end.status_code == 404
    assert desks["clerk"].get(PAGE).status_code == 403


def test_a_known_address_signs_in_first_and_then_accepts(
    desks: dict[str, Browser], begin: Begin, browser_of: BrowserOf, browser: Browser
) -> None:
    with begin() as work:
        known = make_accounts.account(work, email="new@x.example")
    desks["manager"].post(f"{PAGE}/invite", GUEST)
    agree(desks["manager2"])
    where = "/" + link()

    assert "去登录" in browser.get(where).text
    assert browser.post(where, {}).status_code == 409
    mine = browser_of(known)
    assert "接受岗位" in mine.get(where).text
    done = mine.post(where, {})
    assert done.status_code == 303
    assert done.headers["Location"].startswith("/account/factor")
    db.session.rollback()
    row = db.session.scalars(select(StaffInvitation)).one()
    assert row.account_id == known
    assert db.session.get_one(Account, known).name == "王师傅"


def test_a_link_is_over_after_a_week(
    desks: dict[str, Browser], browser: Browser, clock: HandClock
) -> None:
    desks["manager"].post(f"{PAGE}/invite", GUEST)
    agree(desks["manager2"])
    clock.pass_days(7.01)

    over = browser.get("/" + link())
    assert over.status_code == 410
    assert "重新邀请" in over.text


def test_who_takes_a_post_up_in_anothers_browser_leaves_no_session_behind(
    desks: dict[str, Browser], begin: Begin, browser_of: BrowserOf
) -> None:
    with begin() as work:
        other = make_accounts.account(work, email="other@x.example")
    desks["manager"].post(f"{PAGE}/invite", GUEST)
    agree(desks["manager2"])
    theirs = browser_of(other)

    good = {"name": "新来的", "password": make_accounts.GOOD, "agreed": "y"}
    assert theirs.post("/" + link(), good).status_code == 303

    db.session.rollback()
    left = select(SignedSession.id).where(SignedSession.account_id == other)
    assert db.session.scalars(left).all() == []


def test_a_form_that_cannot_succeed_is_not_shown(
    begin: Begin, association: AssociationId, browser_of: BrowserOf
) -> None:
    with begin() as work:
        alone = make_accounts.staff(work, "manager", association_id=association)

    assert 'name="place"' not in browser_of(alone).get(PAGE).text
