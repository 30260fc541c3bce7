"""The lists of an office, of an inspector and of the operators leave as tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lms.accounts.rules import Role
from lms.evidence import queries as evidence
from lms.kernel.db import db
from lms.kernel.ids import new_id
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import commerce
from tests.web.console.test_companies import Street, street
from tests.web.console.test_person_tables import CUT, table
from tests.web.inspector.test_inspecting import World, eye, world
from tests.web.office.test_audits import Checked, checked
from tests.web.office.test_office import Scene, public, scene

__all__ = ["checked", "eye", "public", "scene", "street", "world"]

Begin = Callable[..., Any]


def kinds(stream: str) -> set[str]:
    db.session.remove()
    return {line.kind for line in evidence.lines(db.session(), stream)}


def test_the_queue_leaves_as_it_was_narrowed_with_family_names(scene: Scene) -> None:
    where = "/office/export.xlsx"

    (row,), told = table(scene.teller, where, show="mine")

    assert "*" in row[0]
    assert row[5] == scene.card().number
    assert row[10] == "是"
    assert (told["范围"], told["姓名"]) == ("该您办理", CUT)
    assert table(scene.approver, where, show="mine")[0] == []
    assert table(scene.teller, where, show="overdue")[0] == []


def test_what_is_published_and_decided_leaves_too(public: Scene) -> None:
    for where in ("decided/export.xlsx", "notices/export.xlsx", "audits/draws.xlsx"):
        rows, told = table(public.teller, f"/office/{where}")

        assert rows == []
        assert told["窗口"]


def test_checks_leave_with_the_family_name_alone(checked: Checked) -> None:
    teller = checked.browser_of(checked.who.teller.account_id)

    (row,), told = table(teller, "/office/audits/export.xlsx")

    assert "*" in row[0]
    assert row[3] == "等交付资料"
    assert told["姓名"] == CUT


def test_an_inspectors_samples_leave_masked_and_none_of_others(
    world: World, eye: Browser
) -> None:
    (row,), told = table(eye, "/inspect/export.xlsx", tab="waiting")
    decided, _told = table(eye, "/inspect/export.xlsx", tab="decided")

    assert "*" in row[0]
    assert row[3] == "心跳过于均匀"
    assert told["范围"] == "待核查"
    assert told["协会"] == row[1]
    assert decided == []


def test_an_inspectors_companies_leave_and_their_people_masked(street: Street) -> None:
    (row,), told = table(street.inspector, "/inspect/companies/export.xlsx", words="一")
    where = f"/inspect/companies/{street.company.id}/export.xlsx"
    people, whose = table(street.inspector, where)
    strange = f"/inspect/companies/{street.other.id}/export.xlsx"

    assert row[:2] == ["包头第一建筑公司", street.uscc]
    assert told["范围"] == "查找：一"
    assert people[0][0] == "张*"
    assert whose["企业"] == "包头第一建筑公司"
    assert street.inspector.post(strange).status_code == 404
    assert street.clerk.post(where).status_code == 403


def test_the_operators_lists_leave_on_their_own_record(
    begin: Begin, browser_of: Any, scene: Scene
) -> None:
    with begin() as work:
        account = make_accounts.staff(work, Role.OPERATOR, email="op@demo.example")
    operator: Browser = browser_of(account)

    offices, told = table(operator, "/console/offices/export.xlsx")
    keys, _told = table(operator, "/console/keys/export.xlsx")
    days, _days = table(operator, "/console/calendar/export.xlsx")

    assert any("四川省" in row[1] for row in offices)
    assert told["日期"] == "2026-11-21"
    assert {row[3] for row in keys} == {"3"}
    assert days == []
    assert kinds(f"staff:{account}") >= {
        "office.list_exported", "signing.list_exported", "calendar.exported",
    }  # fmt: skip


def test_a_reviewer_takes_appeals_and_what_came_from_outside_alone(
    begin: Begin, browser_of: Any
) -> None:
    with begin() as work:
        here = commerce.association(work)
        account = make_accounts.staff(
            work, Role.REVIEWER, association_id=here, email=f"{new_id().hex}@x.example"
        )
    reviewer: Browser = browser_of(account)

    claims, told = table(reviewer, "/console/claims/export.xlsx")
    threads, said = table(reviewer, "/console/threads/export.xlsx")

    assert claims == threads == []
    assert (told["范围"], told["姓名"]) == ("指派给您的申诉", CUT)
    assert said["范围"].startswith("转给您的")
    assert kinds(f"staff:{account}") >= {"claims.exported", "threads.exported"}
    assert reviewer.post("/console/orders/export.xlsx").status_code == 403
