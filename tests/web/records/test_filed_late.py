"""A change of one's facts is filed within thirty days, or later with a warning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lms.kernel.db import db
from lms.policy.model import Province
from lms.registration.queries import applications
from tests.registration import walk
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

PAGE = "/me/applications/new/change/personal_information"


@pytest.mark.parametrize(
    ("changed_on", "late"),
    [("2026-10-22", False), ("2026-10-21", True), ("", False)],
)
def test_what_is_filed_late_is_warned_of_and_taken(
    begin: Callable[..., Any], browser_of: Any, changed_on: str, late: bool
) -> None:
    with begin() as work:
        who = walk.cast(work, province=Province.SICHUAN)
    browser = browser_of(who.person.account_id)
    assert "信息变更的日期" in browser.get(PAGE).text
    told = {
        "specialties": "building",
        "name": "张建邦",
        "reason": "户口登记改名",
        "changed_on": changed_on,
    }
    sent = browser.post(PAGE, told)
    assert sent.status_code == 303, sent.text
    assert ("现已逾期" in browser.get(sent.location).text) is late
    found = applications.all_of_person(db.session(), who.person.person_id)
    assert found[0].facts.get("changed_on", "") == changed_on


def test_a_day_that_has_not_come_is_not_taken(
    begin: Callable[..., Any], browser_of: Any
) -> None:
    with begin() as work:
        who = walk.cast(work, province=Province.SICHUAN)
    told = {"specialties": "building", "name": "张建邦", "changed_on": "2026-11-22"}
    sent = browser_of(who.person.account_id).post(PAGE, told)
    assert sent.status_code == 422
    assert "这一天还没有到" in sent.text
