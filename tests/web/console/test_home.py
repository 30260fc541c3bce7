"""The workbench: each count is for whom it waits, and every count has its list."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lms.accounts.rules import Role
from lms.catalogue import services as catalogue
from lms.claims import services as claims
from lms.claims.rules import ClaimKind
from lms.claims.services import Answer
from lms.commerce import services as commerce
from lms.credentials import services as issuing
from lms.exams.models import Attempt
from lms.exams.rules import AttemptState
from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty
from lms.reports import desk as reports
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import catalogue as courses
from tests.make import claims as make_claims
from tests.make import commerce as make
from tests.make import credentials as graduates

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


class House:
    """An association where something of most kinds waits."""

    def __init__(self, begin: Begin, sign: Sign) -> None:
        self.begin = begin
        with begin() as work:
            self.here = courses.association(work, two_person=True)
            people = {
                name: make_accounts.staff(
                    work,
                    Role(name.rstrip("2")),
                    association_id=self.here,
                    email=f"{name}@demo.example",
                )
                for name in ("author", "clerk", "clerk2", "manager", "manager2")
            }
            buyer = make.buyer(work, name="周转")
            self.order = make.pending_order(work, buyer, make.course(work, self.here))
            commerce.declare_transfer(work, buyer, self.order)
            self.learner = graduates.constructor(work, name="吴难")
            self.claim = make_claims.asked(work, self.learner, self.here)
            exhaust(work, self.learner, self.here)
            _course, self.draft = courses.course(work, self.here, publish=False)
        self.staff = {name: sign(account) for name, account in people.items()}

    def tasks(self, who: str) -> dict[str, int]:
        """Read what a workbench says waits."""
        page = self.staff[who].get("/console").text
        rows = re.findall(
            r'row-link"\s+href="([^"]+)"><strong>([^<]+)</strong>.*?badge warn">(\d+)',
            page,
            re.DOTALL,
        )
        self.doors = {title: href.replace("&amp;", "&") for href, title, _n in rows}
        return {title: int(n) for _href, title, n in rows}


def exhaust(work: Work, person_id: PersonId, here: UUID) -> None:
    """Let somebody fail three times."""
    for n in range(1, 4):
        begun = work.now - timedelta(days=9 - n)
        work.session.add(
            Attempt(
                id=new_id(), person_id=person_id, association_id=here,
                specialty=Specialty.BUILDING, period_from=graduates.PERIOD[0],
                period_until=graduates.PERIOD[1], n=n, state=AttemptState.GRADED,
                paper=[], answers={}, pass_mark=60, started_at=begun,
                deadline_at=begun + timedelta(hours=1),
                submitted_at=begun + timedelta(minutes=40), score=50 + n, passed=False,
            )
        )  # fmt: skip
    work.session.flush()


@pytest.fixture
def house(begin: Begin, browser_of: Sign) -> House:
    return House(begin, browser_of)


LINE = {
    "value_on": "2026-11-20", "amount": "128.00", "payer": "周转",
    "running_no": "1", "reference": "",
}  # fmt: skip


def test_a_clerk_sees_transfers_claims_and_who_is_stuck(house: House) -> None:
    assert house.tasks("clerk") == {"待核对申请": 1, "待核对转账": 1, "待申请解锁": 1}
    assert house.tasks("author") == {}


def test_every_count_leads_to_as_many_rows(house: House) -> None:
    house.tasks("clerk")
    look = {
        title: house.staff["clerk"].get(href).text
        for title, href in house.doors.items()
    }

    assert look["待核对转账"].count(f"/console/orders/{house.order}") == 1
    assert "吴难" in look["待核对申请"]
    assert "待申请解锁（1）" in look["待申请解锁"]
    assert look["待申请解锁"].count("申请解锁</a>") == 1


def test_who_entered_a_line_does_not_wait_for_it(house: House) -> None:
    page = f"/console/orders/{house.order}/transfers"
    assert house.staff["clerk"].post(page, LINE).status_code == 303

    assert "待复核流水" not in house.tasks("clerk")
    assert house.tasks("clerk2")["待复核流水"] == 1
    href = house.doors["待复核流水"]
    assert str(house.order) in house.staff["clerk2"].get(href).text


def test_what_a_colleague_wants_to_make_cheaper_waits_for_another_manager(
    house: House,
) -> None:
    manager = house.staff["manager"]
    dated = {"from_on": "2026-11-21", "until_on": "2026-12-31"}
    coupon = {"title": "开学优惠", "percent": "10", "code": "SPRING", "total": "5"}
    made = [
        manager.post("/console/offers/coupons", coupon | dated | {"each_person": "1"}),
        manager.post("/console/offers/tiers", dated | {"seats": "10", "percent": "5"}),
        manager.post(
            "/console/refund-rules",
            {"mode": "prorated", "num": "2", "den": "3", "from_on": "2026-11-21"},
        ),
    ]
    assert [one.status_code for one in made] == [303, 303, 303]

    assert not {"待定优惠", "待定退款规则"} & set(house.tasks("manager"))
    assert not {"待定优惠", "待定退款规则"} & set(house.tasks("clerk"))
    other = house.tasks("manager2")
    assert (other["待定优惠"], other["待定退款规则"]) == (2, 1)
    for title, waits in (("待定优惠", 2), ("待定退款规则", 1)):
        page = house.staff["manager2"].get(house.doors[title]).text
        assert page.count('name="approved" value="1"') == waits


def test_a_checked_claim_goes_from_the_clerks_to_the_manager(house: House) -> None:
    assert "待决定申请" not in house.tasks("manager")
    with house.begin() as work:
        claims.decide(
            make_claims.staff(work, "clerk", house.here), house.claim, Answer(True, ""),
            association_id=house.here, printer=graduates.PLAIN,
        )  # fmt: skip

    assert "待核对申请" not in house.tasks("clerk")
    assert house.tasks("manager")["待决定申请"] == 1
    assert "等您决定" in house.staff["manager"].get(house.doors["待决定申请"]).text


def test_an_appeal_waits_for_whoever_had_no_part_in_the_refusal(
    house: House, begin: Begin
) -> None:
    told = house.staff["clerk"].post(
        f"/console/claims/{house.claim}/decide", {"answer": "no", "comment": "看不清"}
    )
    assert told.status_code == 303
    with begin() as work:
        paper = make_claims.paper("新")
        mine = make_claims.own(work, house.learner)
        claims.appeal(mine, house.learner, house.claim, "已补拍，请复核", (paper,))

    assert "待核对申请" not in house.tasks("clerk")
    assert house.tasks("clerk2")["待核对申请"] == 1
    assert house.tasks("manager")["待决定申请"] == 1


def test_who_is_asked_for_is_stuck_no_more_but_on_his_way(house: House) -> None:
    wanted = make_claims.hours(ClaimKind.UNLOCK, credit=0, track=None, about="")
    with house.begin() as work:
        make_claims.asked(work, house.learner, house.here, wanted)

    assert "待申请解锁" not in house.tasks("clerk")
    page = house.staff["clerk"].get("/console/exams").text
    assert "解锁申请办理中（1）" in page
    with house.begin() as work:
        assert reports.to_unlock(work.session, house.here, on=legal_day(work.now)) == ()


def test_a_course_goes_to_the_manager_and_back_to_its_author(house: House) -> None:
    with house.begin() as work:
        catalogue.submit(work, house.here, house.draft)
    assert house.tasks("manager")["待发布课程"] == 1
    listed = house.staff["manager"].get(house.doors["待发布课程"]).text
    assert (
        listed.count('href="/console/courses/') == listed.count(str(house.draft)) == 1
    )

    with house.begin() as work:
        catalogue.send_back(work, house.here, house.draft, "缺片头")
    assert "待发布课程" not in house.tasks("manager")
    assert house.tasks("author") == {"退回修改的课程": 1}
    assert (
        str(house.draft)
        in house.staff["author"].get(house.doors["退回修改的课程"]).text
    )


def test_a_name_that_no_font_draws_waits_for_a_hand(house: House) -> None:
    with house.begin() as work:
        rare = graduates.graduate(work, house.here, name="欧阳𱁬", serial=3)
        with pytest.raises(Refused):
            issuing.issue(work, rare, Specialty.BUILDING, printer=graduates.PLAIN)
        issuing.wait_for_hand(work, rare, Specialty.BUILDING, "𱁬")

    assert house.tasks("clerk")["待人工制证"] == 1
    assert 'id="hand"' in house.staff["clerk"].get(house.doors["待人工制证"]).text


def test_figures_count_what_their_lists_hold(house: House) -> None:
    page = house.staff["manager"].get("/console").text
    figures = dict(
        re.findall(r'stat-label">([^<]+)</span>\s*<span class="stat-value">(\d+)', page)
    )

    assert figures == {
        "未付款订单": "1", "学员人数": "1", "已发合格证": "0", "在售课程": "1",
    }  # fmt: skip
    assert "1 名学员" in house.staff["manager"].get("/console/people").text
    shown = house.staff["manager"].get("/console/courses?state=published").text
    assert "安全生产法律法规" in shown
    assert str(house.draft) not in shown


def test_the_course_list_is_not_lost_to_an_unknown_state(house: House) -> None:
    shown = house.staff["author"].get("/console/courses?state=nonsense").text
    assert str(house.draft) in shown


def test_the_menu_calls_every_page_by_its_own_name(house: House) -> None:
    desk = house.staff["manager"]
    menu = desk.get("/console/menu").text.partition("<main")[2].partition("</main>")[0]
    rooms = re.findall(r'href="(/console/[^"]+)"[^>]*>(.*?)</a>', menu, re.DOTALL)
    assert len(rooms) > 30
    for place, words in rooms:
        called = re.sub(r"<[^>]+>|\s", "", words)
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", desk.get(place).text, re.DOTALL)
        assert heading is not None, place
        assert re.sub(r"<[^>]+>|\s", "", heading[1]) == called, place
