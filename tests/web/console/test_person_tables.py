"""Lists about persons and offers that leave as tables, with the filter in the file."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from lms.accounts.rules import Role
from lms.commerce.rules.offers import DealKind
from lms.evidence.models import EvidenceLine
from lms.exports.models import ExportJob
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.work import Work
from lms.people import services as people
from lms.people.rules import IdentityFacts
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import commerce as make
from tests.make import merges as make_merges
from tests.make import offers
from tests.make import people as make_people
from tests.web.console.batching import chosen, graduates, lacking

Begin = Callable[..., Any]
Sign = Callable[..., Browser]
Said = dict[str, str]
CUT = "隐去名字，只留姓氏"


def table(by: Browser, where: str, **told: str) -> tuple[list[list[str]], Said]:
    """Take a table away: its rows below the heads, and by what it was narrowed."""
    sent = by.post(where, told)
    assert sent.status_code == 200, sent.text
    book = load_workbook(io.BytesIO(sent.data))
    rows = [[str(cell) for cell in row] for row in book.worksheets[0].values]
    return rows[1:], {str(a): str(b) for a, b in book["筛选条件"].values}


def noted(kind: str) -> int:
    db.session.rollback()
    found = db.session.scalars(select(EvidenceLine).where(EvidenceLine.kind == kind))
    return len(found.all())


@pytest.fixture
def hand(begin: Begin, browser_of: Sign) -> Callable[..., Browser]:
    """Somebody of an association's staff, signed in."""

    def _hand(house: AssociationId, role: Role = Role.CLERK) -> Browser:
        with begin() as work:
            mail = f"{new_id().hex}@demo.example"
            made = make_accounts.staff(work, role, association_id=house, email=mail)
        return browser_of(made)

    return _hand


Hand = Callable[..., Browser]


def correcting(work: Work) -> AssociationId:
    """A learner whose name is spelt wrong, and the association that was asked."""
    made = make_people.person(work, name="张建国")
    here = make_people.learner_of(work, made.person_id)
    people.lock_profile(work, made.person_id, "order:1")
    wrong = IdentityFacts("张健国", make_people.id_number())
    make_people.correction(work, made, here, wrong)
    return here


def test_corrections_leave_with_the_family_name_and_not_elsewhere(
    begin: Begin, hand: Hand
) -> None:
    with begin() as work:
        here, there = correcting(work), make.association(work)
    where = "/console/people/corrections/export.xlsx"

    (row,), told = table(hand(here), where)

    assert row[:2] == ["张*", "身份信息"]
    assert "办理中" in row
    assert told["姓名"] == CUT
    assert told["范围"].startswith("待办和办结的更正申请")
    assert noted("people.corrections_exported") == 1
    assert table(hand(there), where)[0] == []


def test_full_names_of_corrections_wait_for_a_managers_word(
    begin: Begin, hand: Hand
) -> None:
    with begin() as work:
        here = correcting(work)
    clerk, where = hand(here), "/console/people/corrections/export.xlsx"

    asked = clerk.post(where, {"whole": "1"})
    sent = clerk.post(where, {"whole": "1", "export_reason": "年底归档核对"})

    assert "导出理由" in asked.text
    assert sent.status_code == 303
    (job,) = db.session.scalars(select(ExportJob)).all()
    assert job.personal
    assert noted("people.corrections_exported") == 0


def test_the_staff_leave_as_a_table_to_their_managers_alone(
    begin: Begin, hand: Hand
) -> None:
    with begin() as work:
        here, there = make.association(work), make.association(work)
    manager, clerk = hand(here, Role.MANAGER), hand(here)
    where = "/console/staff/export.xlsx"

    rows, told = table(manager, where)

    assert {row[1] for row in rows} == {"协会负责人", "协会经办人"}
    assert all("*" in row[0] for row in rows)
    assert told["范围"] == "在岗人员"
    assert told["姓名"] == CUT
    assert clerk.post(where).status_code == 403
    assert len(table(hand(there, Role.MANAGER), where)[0]) == 1


def test_a_batchs_people_leave_by_their_group_and_reason(
    begin: Begin, association: AssociationId, clerk: Browser, hand: Hand
) -> None:
    graduates(begin, association, 2)
    lacking(begin, association)
    where = f"{chosen(clerk)}/people.xlsx"
    with begin() as work:
        there = make.association(work)

    able, told = table(clerk, where, kind="able", code="certificate.elective")
    (refused,), why = table(clerk, where, kind="refused", code="certificate.elective")

    assert len(able) == 2
    assert all("*" in row[0] for row in able)
    assert (told["名单"], told["原因"], told["姓名"]) == ("符合条件", "全部", CUT)
    assert "选修学时不足" in refused[4]
    assert (why["名单"], why["原因"]) == ("未通过", "选修学时不足")
    assert noted("certificates.people_exported") == 2
    assert hand(there).post(where, {"kind": "able"}).status_code == 404


def test_offers_leave_together_with_where_each_stands(begin: Begin, hand: Hand) -> None:
    with begin() as work:
        here, there = make.association(work), make.association(work)
        sold = make.course(work, here)
        maker = offers.hand(work, here)
        offers.coupon(work, here, offers=(f"course:{sold.course_id}",))
        offers.deal(maker, here, DealKind.TIER, {"seats": 10, "percent": 5})
        price = {"offer": f"course:{sold.course_id}", "price_fen": 9_900}
        offers.deal(maker, here, DealKind.MEMBER, price)
    where = "/console/offers/export.xlsx"

    rows, told = table(hand(here), where)

    assert [row[0] for row in rows] == ["优惠券", "多人优惠", "会员价"]
    assert rows[1][2] == "满 10 人，减 5%"
    assert "¥99.00" in rows[2][2]
    assert {row[5] for row in rows} == {"生效"}
    assert "含已停用" in told["范围"]
    assert table(hand(there), where)[0] == []


def test_merges_and_likely_pairs_leave_with_family_names(
    begin: Begin, hand: Hand
) -> None:
    with begin() as work:
        pair = make_merges.Pair(work)
        pair.proposed(work)
        # A pair that is proposed already is looked for no more.
        make_merges.twins(work, pair.here)
        there = make.association(work)
    manager, clerk = hand(pair.here, Role.MANAGER), hand(pair.here)

    (asked,), told = table(manager, "/console/merges/export.xlsx")
    (alike,), said = table(clerk, "/console/merges/pairs/export.xlsx")

    assert asked[0] == "合并账号"
    assert "*" in asked[1]
    assert "*" in asked[2]
    assert asked[4] == "等待决定"
    assert told["姓名"] == said["姓名"] == CUT
    assert "*" in alike[0]
    assert alike[8] == "待核对"
    assert clerk.post("/console/merges/export.xlsx").status_code == 403
    stranger = hand(there, Role.MANAGER)
    assert table(stranger, "/console/merges/export.xlsx")[0] == []
    assert table(stranger, "/console/merges/pairs/export.xlsx")[0] == []


@pytest.mark.parametrize(
    "page", ["/console/staff", "/console/merges", "/console/people/corrections"]
)
def test_each_page_offers_both_tables(page: str, begin: Begin, hand: Hand) -> None:
    with begin() as work:
        here = make.association(work)

    shown = hand(here, Role.MANAGER).get(page).text

    assert "导出 Excel" in shown
    assert "导出完整姓名" in shown


def test_attempts_and_papers_and_packages_leave_too(begin: Begin, hand: Hand) -> None:
    with begin() as work:
        here = make.association(work)
    manager = hand(here, Role.MANAGER)

    exams, told = table(manager, "/console/exams/export.xlsx")
    papers, printed = table(
        manager, "/console/certificates/paper/export.xlsx", list="printed"
    )
    packages, said = table(manager, "/console/packages/export.xlsx")

    assert not exams + papers + packages
    assert told["姓名"] == CUT
    assert (printed["名单"], printed["批次发起时间"]) == ("已打印", "全部")
    assert said["范围"] == "全部套餐，含已下架的"
