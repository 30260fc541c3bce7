"""Checks after the grant are an office's that decides, and no other's."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from lms.accounts.rules import Role
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import AccountId, new_id
from lms.kernel.work import Work
from lms.registration.models import AuditCase, AuditDraw
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
        handed = {"person_handed_at": work.now, "employer_handed_at": work.now}
        case = make.asked(work, one, **handed)
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


@pytest.mark.parametrize(
    ("over", "field", "words"),
    [
        ({"since": 0, "until": -90}, "until", "结束日期早于开始日期"),
        ({"until": 1}, "until", "这一天还没有到"),
        ({"since": 2, "until": 3}, "since", "这一天还没有到"),
        ({"due": 4}, "due", "从今天起至少 5 天"),
    ],
)
def test_a_draw_that_makes_no_sense_is_told_at_its_field_and_nothing_is_drawn(
    checked: Checked, over: dict[str, int], field: str, words: str
) -> None:
    days = {"since": -90, "until": 0, "due": 10, **over}
    asked = {
        name: (TODAY + timedelta(days=away)).isoformat() for name, away in days.items()
    }
    department = checked.browser_of(checked.who.approver.account_id)

    page = department.post(
        "/office/audits", {"province": "sichuan", "share": "100", **asked}
    )

    assert page.status_code == 422
    error = re.search(rf'id="{field}-error"[^§]*?</p>', page.text)
    assert error
    assert words in error[0]
    assert f'value="{asked[field]}"' in page.text
    db.session.remove()
    drawn = db.session.scalar(select(func.count()).select_from(AuditDraw))
    assert drawn == 1  # that of the fixture


def test_who_drew_sees_why_no_form_and_the_person_how_to_be_heard(
    checked: Checked, begin: Callable[..., Any]
) -> None:
    who = checked.who
    with begin() as work:
        case = work.session.get_one(AuditCase, checked.case)
        case.state, case.words = AuditState.PROPOSED, "证明是伪造的"
        case.found_by, case.found_at = who.teller.person_id, work.now
        mine = make.asked(work, case.application_id, state=AuditState.PROPOSED)
        drawn = work.session.get_one(AuditCase, mine)
        one = replaced(work, drawn, who.approver.account_id)
    approver = checked.browser_of(who.approver.account_id)
    own = checked.browser_of(who.person.account_id)

    other = approver.get(checked.url).text
    assert 'name="revoke"' in other
    assert "期满后才能撤销" in other
    decided = {"revoke": "fraud", "answer": "情况属实"}
    early = approver.post(f"{checked.url}/decide", decided)
    assert early.status_code == 422
    assert "期满后才能撤销" in early.text
    drew = approver.get(f"/office/audits/{one}").text
    assert 'name="revoke"' not in drew
    assert "抽取这次核查的人" in drew
    page = own.get(f"/me/applications/audits/{checked.case}").text
    assert 'href="#say"' in page
    assert 'name="papers"' in page
    assert "窗口建议撤销您的注册" in own.get("/me/applications").text


def replaced(work: Work, case: AuditCase, account_id: AccountId) -> UUID:
    """Let a check be one that somebody drew."""
    old = work.session.get_one(AuditDraw, case.draw_id)
    columns = [one.key for one in AuditDraw.__table__.columns]
    facts = {name: getattr(old, name) for name in columns}
    new = AuditDraw(**(facts | {"id": new_id(), "account_id": account_id}))
    work.session.add(new)
    work.session.flush()
    case.draw_id = new.id
    return case.id
