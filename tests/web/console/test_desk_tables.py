"""Lists of the desk as tables: plans, rules, files, batches, jobs, photos, staff."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from lms.accounts.rules import Role
from lms.commerce.rules.offers import DealKind
from lms.commerce.services import imports
from lms.kernel.ids import AssociationId
from lms.people.models import PersonFile
from lms.people.rules import PaperKind, PhotoState
from tests.conftest import Browser
from tests.make import commerce as make
from tests.make import offers, statements
from tests.make import people as make_people
from tests.web.console.batching import chosen, graduates
from tests.web.console.test_companies import Street, street
from tests.web.console.test_person_tables import CUT, Hand, hand, noted, table
from tests.web.console.test_staff import GUEST, agree, desks, hands

__all__ = ["desks", "hand", "hands", "street"]

Begin = Callable[..., Any]
FORMULA = "=HYPERLINK(1).csv"
WHOLE = {"whole": "1", "export_reason": "年底归档核对"}

EVERYBODY = {
    "/console/certificates/batches/export.xlsx": "certificates.batches_exported",
    "/console/cohorts/export.xlsx": "cohorts.table_exported",
    "/console/designs/export.xlsx": "design.exported",
    "/console/exams/plans/export.xlsx": "exam.plans_exported",
    "/console/exports/export.xlsx": "export.list_exported",
    "/console/legacy/files.xlsx": "legacy.files_exported",
    "/console/money/statements/export.xlsx": "statement.files_exported",
    "/console/people/photos/export.xlsx": "people.photos_exported",
    "/console/province/reports.xlsx": "export.reports_exported",
    "/console/refund-rules/export.xlsx": "deal.refund_rules_exported",
    "/console/replies/export.xlsx": "reply_template.exported",
}
MANAGERS = {
    "/api-keys/export.xlsx": "api_key.exported",
    "/console/classes/terms/export.xlsx": "class.terms_exported",
    "/console/exams/bank/twins/export.xlsx": "questions.twins_exported",
    "/console/staff/decisions.xlsx": "staff.decisions_exported",
    "/console/staff/invitations.xlsx": "staff.invitations_exported",
    "/console/terms/export.xlsx": "terms.exported",
    "/console/wordings/export.xlsx": "wording.exported",
}


@pytest.mark.parametrize(("where", "kind"), sorted((EVERYBODY | MANAGERS).items()))
def test_each_says_by_what_it_is_narrowed_and_when_and_goes_on_the_record(
    where: str, kind: str, begin: Begin, hand: Hand
) -> None:
    with begin() as work:
        here = make.association(work)

    _rows, told = table(hand(here, Role.MANAGER), where)

    assert len(told) > 1
    assert told["导出时间"] == "2026-11-21 10:00"
    assert noted(kind) == 1
    assert hand(here).post(where).status_code == (200 if where in EVERYBODY else 403)


def test_plans_leave_with_what_is_in_force(begin: Begin, hand: Hand) -> None:
    with begin() as work:
        here = make.association(work)

    rows, told = table(hand(here), "/console/exams/plans/export.xlsx")

    assert {row[7] for row in rows} == {"现在启用（默认方案）"}
    assert "判断题" in rows[0][1]
    assert rows[0][2:5] == ["60", "60", "2"]
    assert told["范围"].startswith("现在启用的")


def test_rules_of_refunds_leave_in_the_words_that_buyers_read(
    begin: Begin, hand: Hand
) -> None:
    with begin() as work:
        here, there = make.association(work), make.association(work)
        maker = offers.hand(work, here)
        terms = {"mode": "prorated", "num": 1, "den": 2}
        offers.deal(maker, here, DealKind.REFUND, terms)
    where = "/console/refund-rules/export.xlsx"

    (row,), _told = table(hand(here), where)

    assert row[2] == "生效"
    assert "学完 1/2 后不再退款" in row[3]
    assert table(hand(there), where)[0] == []


def test_a_file_of_a_bank_is_listed_and_its_name_stays_text(
    begin: Begin, hand: Hand
) -> None:
    with begin() as work:
        here, there = make.association(work), make.association(work)
        came = replace(statements.upload(statements.row("10")), file_name=FORMULA)
        imports.upload(statements.hand(work), here, came)
    clerk = hand(here)
    where = "/console/money/statements/export.xlsx"

    file = load_workbook(io.BytesIO(clerk.post(where).data)).worksheets[0]

    assert (file["A2"].data_type, file["A2"].value) == ("s", FORMULA)
    assert file["J2"].value == "未导入"
    assert table(hand(there), where)[0] == []


def test_what_left_is_itself_a_table_with_who_and_why(begin: Begin, hand: Hand) -> None:
    with begin() as work:
        here, there = make.association(work), make.association(work)
    clerk = hand(here)
    corrections = "/console/people/corrections/export.xlsx"
    assert clerk.post(corrections, WHOLE).status_code == 303
    where = "/console/exports/export.xlsx"

    (row,), told = table(clerk, where)

    assert (row[0], row[4], row[5], row[6]) == (
        "信息更正", "年底归档核对", "完整", "等待同意",
    )  # fmt: skip
    assert "*" in row[2]
    assert told["姓名"] == CUT
    assert table(hand(there), where)[0] == []


def test_batches_leave_with_how_far_each_is(
    begin: Begin, association: AssociationId, clerk: Browser, hand: Hand
) -> None:
    graduates(begin, association, 2)
    chosen(clerk)
    with begin() as work:
        there = make.association(work)
    where = "/console/certificates/batches/export.xlsx"

    (row,), _told = table(clerk, where)

    assert row[2:4] == ["2", "2"]
    assert table(hand(there), where)[0] == []


def photographed(begin: Begin) -> AssociationId:
    """A learner whose photo waits for somebody's eyes."""
    with begin() as work:
        made = make_people.person(work, name="张建国")
        here = make_people.learner_of(work, made.person_id)
        photo = work.session.scalars(
            select(PersonFile).where(
                PersonFile.person_id == made.person_id,
                PersonFile.kind == PaperKind.PHOTO,
            )
        ).one()
        photo.state = PhotoState.TO_REVIEW
    return here


def test_photos_that_wait_leave_without_the_pictures(begin: Begin, hand: Hand) -> None:
    here = photographed(begin)
    with begin() as work:
        there = make.association(work)
    clerk, where = hand(here), "/console/people/photos/export.xlsx"

    (row,), told = table(clerk, where)

    assert row[0] == "张*"
    assert len(row) == 2
    assert told["姓名"] == CUT
    assert "导出 Excel" in clerk.get("/console/people/corrections").text
    assert clerk.post(where, WHOLE).status_code == 303
    assert noted("people.photos_exported") == 1
    assert table(hand(there), where)[0] == []


def test_invitations_and_decisions_about_the_staff_leave_to_managers(
    desks: dict[str, Browser],
) -> None:
    invite = "/console/staff/invite"
    assert desks["manager"].post(invite, GUEST).status_code == 303
    assert agree(desks["manager2"]) == 303

    (sent,), _told = table(desks["manager"], "/console/staff/invitations.xlsx")
    (said,), told = table(desks["manager"], "/console/staff/decisions.xlsx")

    assert sent[:2] == ["新*", "协会经办人"]
    assert "new@x.example" not in str(sent)
    assert (said[0], said[2], said[6]) == ("邀请", "协会经办人", "已同意")
    assert "*" in said[4]
    assert "*" in said[7]
    assert "人手不够" not in str(said)
    assert told["姓名"] == CUT


def test_a_customers_people_leave_masked(street: Street) -> None:
    where = f"/console/companies/{street.company.id}/board.xlsx"

    rows, told = table(street.clerk, where)

    assert told["企业"] == "包头第一建筑公司"
    assert all("*" in row[0] for row in rows)
    assert noted("board.exported") == 1
