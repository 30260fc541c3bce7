"""Checks after the grant are an office's that decides, and no other's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lms.accounts.rules import Role
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import AccountId
from lms.registration.models import AuditCase
from lms.registration.queries import applications
from lms.registration.rules.audits import AuditState
from tests.conftest import START, Browser
from tests.make import audits as make
from tests.registration.test_audits import granted
from tests.registration.walk import Cast
from tests.web.office.test_office import seat, seated

TODAY = legal_day(START)


@dataclass(frozen=True)
class Checked:
    """A grant of Sichuan that is checked, and browsers of whoever sits there."""

    who: Cast
    case: UUID
    browser_of: Callable[[AccountId], Browser]

    @property
    def url(self) -> str:
        return f"/office/audits/{self.case}"

    def state(self) -> AuditState:
        db.session.remove()
        return db.session.get_one(AuditCase, self.case).state


@pytest.fixture
def checked(begin: Callable[..., Any], browser_of: Any) -> Checked:
    with begin() as work:
        who = granted(work)
        (one,) = (
            each.id
            for each in applications.all_of_person(work.session, who.person.person_id)
        )
        case = make.asked(work, one)
        seated(work, who, "SC-ZX", "SC-JST")
        seat(work, who.agent.account_id, Role.APPROVER, "SC-ZX")
    db.session.remove()
    return Checked(who, case, browser_of)


def test_only_the_office_that_decides_finds_and_draws(checked: Checked) -> None:
    finding = {"what": "sound", "words": "资料齐全真实"}
    asked = {
        "province": "sichuan",
        "since": (TODAY - timedelta(days=90)).isoformat(),
        "until": TODAY.isoformat(),
        "share": "100",
        "due": (TODAY + timedelta(days=10)).isoformat(),
    }
    centre = checked.browser_of(checked.who.agent.account_id)

    assert centre.post(f"{checked.url}/find", finding).status_code == 422
    decided = {"revoke": "yes", "answer": "情况属实"}
    assert centre.post(f"{checked.url}/decide", decided).status_code == 422
    refused = centre.post("/office/audits", asked)
    assert refused.status_code == 422
    assert "这一步不由本窗口办理" in refused.text
    assert checked.state() is AuditState.ASKED

    department = checked.browser_of(checked.who.approver.account_id)
    assert department.post(f"{checked.url}/find", finding).status_code == 303
    assert checked.state() is AuditState.SOUND
