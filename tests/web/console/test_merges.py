"""Duplicates, whose a number is, the counter, and accounts shut: at the desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from lms.accounts import queries as accounts
from lms.accounts.models import Account
from lms.accounts.queries import merging
from lms.accounts.rules import Role
from lms.merges import queries, services
from lms.people import services as people
from lms.people.services import Said
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import catalogue as make_courses
from tests.make import people as make
from tests.make.merges import Pair

REASON = "本人带身份证到场，两个账号都是自己的"
OWN = {"proofs": "id_card", "reason": REASON}


class Desk:
    """Two managers and a clerk of one association, and two accounts of a learner."""

    def __init__(self, begin: Callable[..., Any], browser_of: Any) -> None:
        self.begin, self.browser_of = begin, browser_of
        with begin() as work:
            self.pair = Pair(work)
            self.clerk_id = make_accounts.staff(
                work, Role.CLERK, association_id=self.pair.here
            )
        self.two = f"/console/merges/of/{self.pair.goes}/into/{self.pair.stays}"

    def manager(self, which: int = 0) -> Browser:
        browser: Browser = self.browser_of(self.pair.managers[which])
        return browser

    def clerk(self) -> Browser:
        browser: Browser = self.browser_of(self.clerk_id)
        return browser

    def proposed(self) -> str:
        assert self.manager().post(self.two, OWN).status_code == 303
        page = self.manager().get("/console/merges").text
        found = re.search(r"/console/merges/([0-9a-f-]{36})\"", page)
        assert found is not None
        return f"/console/merges/{found.group(1)}"


@pytest.fixture
def desk(begin: Callable[..., Any], browser_of: Any) -> Desk:
    return Desk(begin, browser_of)


def test_one_manager_proposes_and_another_types_the_word(desk: Desk) -> None:
    page = desk.manager().get(f"/console/merges/of/{desk.pair.stays}").text
    assert "姓名相同" in page
    assert desk.two in page
    place = desk.proposed()

    own = desk.manager().post(f"{place}/decide", {"answer": "yes", "typed": "合并"})
    bare = desk.manager(1).post(f"{place}/decide", {"answer": "yes", "comment": "好"})
    done = desk.manager(1).post(f"{place}/decide", {"answer": "yes", "typed": "合并"})

    assert own.status_code == 422
    assert bare.status_code == 422
    assert "请在框内输入" in bare.text
    assert "好</textarea>" in bare.text
    assert done.status_code == 303
    with desk.begin() as work:
        into = merging.merged_into(work.session, desk.pair.goes)
    assert into == desk.pair.stays


def test_a_proposal_names_who_made_it_and_who_decided(desk: Desk) -> None:
    with desk.begin() as work:
        for one, name in zip(desk.pair.managers, ("甲主任", "乙主任"), strict=True):
            work.session.get_one(Account, one).name = name
    place = desk.proposed()

    before = _main(desk.manager(1).get(place).text)
    desk.manager(1).post(f"{place}/decide", {"answer": "no", "comment": "再核对"})
    after = _main(desk.manager(1).get(place).text)

    assert "甲主任" in before
    assert "乙主任" not in before
    assert "甲主任" in after
    assert "乙主任" in after


def _main(page: str) -> str:
    return page.partition("<main")[2]


def test_what_stands_in_the_way_is_named_with_its_way_before_any_form(
    desk: Desk,
) -> None:
    place = desk.proposed()
    taken = desk.manager().get(desk.two).text
    with desk.begin() as work:
        people.save_identity(work, desk.pair.goes, "张建国", make.id_number())
        people.save_identity(
            work, desk.pair.stays, "张建国", make.id_number(serial=123)
        )

    page = desk.manager(1).get(place).text

    assert "已有一份合并或号码提议" in taken
    assert f'href="{place}"' in taken
    assert 'name="reason"' not in taken
    assert "两个账号的身份证号码不同" in page
    assert f"/console/people/{desk.pair.goes}" in page
    assert 'value="yes"' not in page
    assert 'value="no"' in page


def test_a_clerk_sees_likenesses_and_proposes_nothing(desk: Desk) -> None:
    page = desk.clerk().get(f"/console/merges/of/{desk.pair.stays}")

    assert page.status_code == 200
    assert "/into/" not in page.text
    assert desk.clerk().get(desk.two).status_code == 403
    assert desk.clerk().post(desk.two, OWN).status_code == 403


def test_another_associations_learner_is_nobody_here(desk: Desk) -> None:
    with desk.begin() as work:
        stranger = make.account(work).person_id
        make.learner_of(work, stranger)

    there = f"/console/merges/of/{stranger}"
    assert desk.manager().get(there).status_code == 404
    assert desk.manager().get(f"{there}/into/{desk.pair.stays}").status_code == 404
    shut = desk.manager().post(
        f"/console/people/{stranger}/suspend", {"reason": "试试看"}
    )
    assert shut.status_code == 404


def test_who_signs_in_by_habit_is_told_where_to(desk: Desk, browser: Browser) -> None:
    with desk.begin() as work:
        desk.pair.merged(work)
        gone = accounts.account_of(work.session, desk.pair.goes).id
        email = accounts.contact(work.session, gone).email

    wrong = {"known_as": email, "password": "不是这个密码不是这个密码不是"}
    right = {"known_as": email, "password": make.PASSWORD}

    assert "已并入" not in browser.post("/account/sign-in", wrong).text
    assert "已并入您的另一个账号" in browser.post("/account/sign-in", right).text


def test_a_question_of_a_number_leads_to_both_ways_out(desk: Desk) -> None:
    number = make.id_number()
    with desk.begin() as work:
        people.save_identity(work, desk.pair.goes, "王陌生", number)
        said = Said("张建国", number, "从来没有注册过")
        case = people.report_number(work, desk.pair.stays, desk.pair.here, said)
    place = f"/console/merges/cases/{case}"

    page = desk.manager().get(place).text
    assert f"/into/{desk.pair.goes}" in page
    assert number not in page
    assert desk.manager().post(f"{place}/give", OWN).status_code == 303
    assert "已有提议" in desk.manager().get(place).text


def test_a_learner_asks_about_a_taken_number_and_learns_nothing_of_who_has_it(
    desk: Desk,
) -> None:
    number = make.id_number()
    with desk.begin() as work:
        people.save_identity(work, desk.pair.goes, "王陌生", number)
        own = accounts.account_of(work.session, desk.pair.stays).id
    learner: Browser = desk.browser_of(own)

    asked = learner.post(
        "/me/identity/number",
        {
            "name": "张建国",
            "id_number": number,
            "association": str(desk.pair.here),
            "reason": "从来没有注册过",
            "sensitive": "y",
        },
    )
    page = learner.get("/me/identity/number").text

    assert asked.status_code == 303
    assert "正在等协会核对" in page
    assert "王" not in page
    assert learner.post("/me/identity/number/withdraw").status_code == 303


def test_a_counter_shows_a_slip_once_and_its_owner_sets_the_password(
    desk: Desk, browser: Browser
) -> None:
    came = {
        "name": "李老师傅", "number": make.id_number(), "checked": "y", "agreed": "y",
    }  # fmt: skip
    slip = desk.clerk().post("/console/counter", came).text
    handle = re.search(r"K\d{8}", slip)
    code = re.search(r"[2-9A-Z]{5}-[2-9A-Z]{5}", slip)
    assert handle is not None
    assert code is not None
    typed = {
        "handle": handle.group(),
        "code": code.group(),
        "password": "一句只有我自己记得住的很长的话",
        "agreed": "y",
    }

    assert code.group() not in desk.clerk().get("/console/counter").text
    refused = browser.post("/account/slip", typed | {"agreed": ""})
    assert "请先阅读并同意隐私政策" in refused.text
    assert browser.post("/account/slip", typed).status_code == 303
    assert browser.get("/learn").status_code == 303
    way_in = browser.get("/account/sign-in").text
    assert f'value="{handle.group()}"' in way_in
    assert typed["password"] not in way_in
    assert handle.group() not in browser.get("/account/sign-in").text
    signed = browser.post(
        "/account/sign-in",
        {"known_as": handle.group().lower(), "password": typed["password"]},
    )
    assert signed.status_code == 303
    again = desk.clerk().post("/console/counter", came)
    assert again.status_code == 422
    assert "这个身份证号码已有账号" in again.text
    assert "李老师傅" in again.text


def test_a_manager_shuts_an_account_with_a_reason(desk: Desk) -> None:
    place = f"/console/people/{desk.pair.goes}"

    short = desk.manager().post(f"{place}/suspend", {"reason": "嗯"})
    done = desk.manager().post(f"{place}/suspend", {"reason": "冒用证件，正在核查"})

    assert short.status_code == 422
    assert 'value="嗯"' in short.text
    assert done.status_code == 303
    assert "恢复账号" in desk.manager().get(place).text
    assert desk.clerk().post(f"{place}/suspend", {"reason": "不行"}).status_code == 403


def test_a_clerk_says_of_a_pair_that_it_is_two_persons(desk: Desk) -> None:
    with desk.begin() as work:
        services.keep_pairs(work, queries.alike(work.session))
    page = desk.clerk().get("/console/merges/pairs")
    (place,) = re.findall(r'action="(/console/merges/pairs/[^"]+/apart)"', page.text)
    assert "姓名相同，其中一个未填身份证号码" in page.text
    assert "/into/" not in page.text
    assert "/into/" in desk.manager().get("/console/merges/pairs").text

    short = desk.clerk().post(place, {"reason": "不是"})
    done = desk.clerk().post(place, {"reason": "两人都打过电话，身份证不同"})

    assert (short.status_code, done.status_code) == (422, 303)
    assert 'value="不是"' in short.text
    after = desk.clerk().get("/console/merges/pairs").text
    assert "待核对（0）" in after
    assert "两人都打过电话，身份证不同" in after
    likely = desk.clerk().get(f"/console/merges/of/{desk.pair.stays}").text
    assert "已记下不是同一人" in likely


def test_another_associations_clerk_finds_no_such_pair(
    desk: Desk, begin: Callable[..., Any], browser_of: Any
) -> None:
    with begin() as work:
        services.keep_pairs(work, queries.alike(work.session))
        other = make_courses.association(work)
        account = make_accounts.staff(
            work, Role.CLERK, association_id=other, email="far@demo.example"
        )
    stranger: Browser = browser_of(account)
    pair = f"{desk.pair.goes}/{desk.pair.stays}"

    assert "待核对（0）" in stranger.get("/console/merges/pairs").text
    told = stranger.post(
        f"/console/merges/pairs/{pair}/apart", {"reason": "两人都打过电话，身份证不同"}
    )
    assert told.status_code == 404


def test_who_reads_english_types_an_english_word(desk: Desk) -> None:
    place = desk.proposed()
    page = desk.manager(1)
    said = page.get(place, headers={"Accept-Language": "en"})
    assert said.status_code == 200

    wrong = page.post(f"{place}/decide", {"answer": "yes", "typed": "yes"})
    done = page.post(f"{place}/decide", {"answer": "yes", "typed": " Merge "})

    assert (wrong.status_code, done.status_code) == (422, 303)
