"""规则与账户 as two managers meet it, and what learners then see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from structlog.testing import capture_logs

from lms.catalogue import queries as catalogue
from lms.jobs.merchants import note_astray
from lms.kernel.db import db
from lms.kernel.ids import AssociationId
from lms.kernel.merchant_settings import Merchant
from lms.kernel.payment_settings import StripeSettings
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import catalogue as make_catalogue
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

PAGE = "/console/terms"
STUDY = {
    "from_on": "2026-11-22", "cap_hours": "8", "top_rate": "150", "present": "1",
    "mean_minutes": "12", "answer_seconds": "60", "reason": "按省里要求",
}  # fmt: skip
BANK = {
    "name": "某某协会", "bank": "包头银行", "account": "1500 7788", "uscc": "",
    "address": "钢铁大街", "phone": "0472-1", "reason": "换银行",
}  # fmt: skip


@pytest.fixture
def desks(
    begin: Callable[..., Any],
    association: AssociationId,
    browser_of: Callable[..., Browser],
) -> list[Browser]:
    with begin() as work:
        made = [
            make_accounts.staff(
                work, role, association_id=association, email=f"{n}@x.example"
            )
            for n, role in enumerate(("manager", "manager", "clerk"))
        ]
    return [browser_of(one) for one in made]


def agree(desk: Browser) -> int:
    asked = desk.get(PAGE).text.partition("/questions/")[2][:36]
    where = f"{PAGE}/questions/{asked}/decide"
    return desk.post(where, {"answer": "yes", "comment": ""}).status_code


def test_a_rule_is_proposed_agreed_and_listed_until_its_day(
    desks: list[Browser],
) -> None:
    first, second, clerk = desks
    assert clerk.get(PAGE).status_code == 403
    assert first.post(f"{PAGE}/study", STUDY).status_code == 303
    assert first.post(f"{PAGE}/study", STUDY).status_code == 409
    assert "待同意规则或账户" in second.get("/console").text
    assert agree(first) == 422
    assert "须由另一位负责人同意" in first.get(PAGE).text
    assert agree(second) == 303

    page = first.get(PAGE).text
    assert "未到启用日期" in page
    assert "8 小时" in page
    assert "变更学习规则" in first.get("/console/deeds").text


def test_what_was_typed_stays_with_what_is_wrong(desks: list[Browser]) -> None:
    first = desks[0]
    past = first.post(f"{PAGE}/study", STUDY | {"from_on": "2026-11-20"})
    assert past.status_code == 422
    assert "不能追溯" in past.text
    assert "按省里要求" in past.text
    wrong = first.post(f"{PAGE}/account", BANK | {"uscc": "123"})
    assert wrong.status_code == 422
    assert "1500 7788" in wrong.text


def test_the_wizard_knows_the_account_once_two_agreed(desks: list[Browser]) -> None:
    first, second, _clerk = desks
    before = first.get("/console/setup").text
    assert "/console/terms" in before
    assert first.post(f"{PAGE}/account", BANK).status_code == 303
    assert agree(second) == 303

    assert "1500 7788" in first.get(PAGE).text


MISTAKEN = "DEM0"
"""Somebody wrote a nought for an O."""


@pytest.fixture
def filed(app: Flask) -> Iterator[Callable[..., None]]:
    """Lay merchants' files under some codes."""
    before = app.extensions["lms.settings"]

    def lay(*codes: str) -> None:
        stripe = StripeSettings("sk", "wh", None)
        app.extensions["lms.settings"] = replace(
            before, merchants={code: Merchant(code, stripe) for code in codes}
        )

    yield lay
    app.extensions["lms.settings"] = before


def test_a_mistyped_merchants_file_stands_on_the_managers_desk_and_in_the_log(
    desks: list[Browser], filed: Callable[..., None], app: Flask
) -> None:
    manager, _second, clerk = desks
    told = "核对在线收款商户"
    filed()
    assert told not in manager.get("/console").text
    filed(MISTAKEN)

    assert told in manager.get("/console").text
    assert told in manager.get("/console/today").text
    assert told not in clerk.get("/console").text
    page = manager.get(PAGE).text
    assert "对不上任何协会" in page
    assert ".env" not in page
    with capture_logs() as lines, app.app_context():
        note_astray(db.session(), app.extensions["lms.settings"])
    assert [one["file"] for one in lines] == [f"{MISTAKEN}.env"]


def test_files_of_ones_own_and_of_others_disturb_nobody(
    desks: list[Browser],
    filed: Callable[..., None],
    begin: Callable[..., Any],
    association: AssociationId,
) -> None:
    with begin() as work:
        own = catalogue.association(work.session, association).code
        other = make_catalogue.association(work)
        others = catalogue.association(work.session, other).code
    for codes in ((others,), (own, MISTAKEN)):
        filed(*codes)
        assert "核对在线收款商户" not in desks[0].get("/console").text
