"""Announcements and the log of messages, as the desk and the learner see them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from lms.accounts.rules import Role
from lms.announcements import queries
from lms.announcements.models import Announcement
from lms.announcements.rules import State
from lms.jobs import announcing, bulk_messages, messages
from lms.kernel.db import db
from lms.kernel.errors import Unavailable
from lms.kernel.ids import AccountId, AssociationId
from lms.notify import services as notify
from lms.notify.models import OutboxMessage
from lms.notify.ports import MailSender
from lms.notify.rules import MessageState
from tests.conftest import Browser, HandClock
from tests.make import accounts as account_make
from tests.make import people as make

Begin = Callable[..., Any]
Sign = Callable[..., Browser]
NEWS, LOG, MINE = "/console/announcements", "/console/messages", "/me/notices"
FORM = {
    "title": "国庆放假安排",
    "body": "10 月 1 日起放假。\n<b>10 月 8 日</b>恢复。",
    "audience": "all",
    "specialty": "",
    "course": "",
    "company": "",
    "days": "",
    "mail": "y",
    "from_at": "",
    "until": "",
}


@dataclass
class House:
    """An association with a clerk, a manager and one learner."""

    here: AssociationId
    clerk: Browser
    manager: Browser
    learner: Browser
    account: AccountId


@pytest.fixture
def house(begin: Begin, browser_of: Sign) -> House:
    with begin() as work:
        here = make.association(work)
        learner = make.account(work)
        make.learner_of(work, learner.person_id, here)
        staff = [
            account_make.staff(
                work, role, association_id=here, email=f"{role.value}@demo.example"
            )
            for role in (Role.CLERK, Role.MANAGER)
        ]
    clerk, manager = (browser_of(one) for one in staff)
    own = browser_of(learner.account_id)
    return House(here, clerk, manager, own, learner.account_id)


def drafted(house: House, **more: str) -> str:
    made = house.clerk.post(NEWS, FORM | more)
    assert made.status_code == 303, made.text
    return str(made.location)


def sent(house: House, clock: HandClock, **more: str) -> str:
    where = drafted(house, **more)
    assert house.clerk.post(f"{where}/send").status_code == 303
    announcing.run(clock, {})
    return where


def outbox() -> list[OutboxMessage]:
    db.session.rollback()
    chosen = select(OutboxMessage).order_by(OutboxMessage.seq)
    return list(db.session.scalars(chosen))


def test_a_clerk_writes_counts_and_sends_and_the_learner_reads(
    house: House, clock: HandClock
) -> None:
    where = drafted(house)
    page = house.clerk.get(where).text
    assert "站内 1 人" in page
    assert "邮件 1 人" in page
    assert house.clerk.post(f"{where}/send").status_code == 303
    assert "马上开始发送" in house.clerk.get(where).text

    announcing.run(clock, {})

    assert "站内已送达 1 人，其中 0 人已读" in house.clerk.get(where).text
    inbox = house.learner.get(MINE).text
    assert "通知，1 条未读" in inbox
    assert "国庆放假安排" in inbox
    shown = house.learner.post(f"{MINE}/{where.rsplit('/', 1)[1]}")
    text = house.learner.get(shown.location).text
    assert "&lt;b&gt;10 月 8 日&lt;/b&gt;恢复" in text
    assert "通知，0 条未读" in text
    assert "其中 1 人已读" in house.clerk.get(where).text


def test_looking_reads_nothing_and_archiving_puts_it_away(
    house: House, clock: HandClock
) -> None:
    one = sent(house, clock).rsplit("/", 1)[1]
    house.learner.get(f"{MINE}/{one}")
    assert "通知，1 条未读" in house.learner.get(MINE).text

    house.learner.post(f"{MINE}/{one}/archive", {"kept": "1"})
    assert "国庆放假安排" not in house.learner.get(MINE).text
    assert "国庆放假安排" in house.learner.get(f"{MINE}?box=archive").text
    house.learner.post(f"{MINE}/{one}/archive", {"kept": "0"})
    house.learner.post(f"{MINE}/read")

    assert "通知，0 条未读" in house.learner.get(MINE).text


def test_what_others_were_told_is_not_there(
    house: House, clock: HandClock, begin: Begin, browser_of: Sign
) -> None:
    one = sent(house, clock).rsplit("/", 1)[1]
    with begin() as work:
        stranger = make.account(work)
        there = make.association(work)
        clerk = account_make.staff(work, association_id=there, email="x@demo.example")
    other, foreign = browser_of(stranger.account_id), browser_of(clerk)

    assert other.get(f"{MINE}/{one}").status_code == 404
    assert other.post(f"{MINE}/{one}").status_code == 404
    assert foreign.get(f"{NEWS}/{one}").status_code == 404
    assert foreign.post(f"{NEWS}/{one}/take-back").status_code == 404
    assert foreign.post(f"{NEWS}/{one}", FORM).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"title": "  "}, "不能只有空格"),
        ({"audience": "specialty"}, "请填写或选择这一项"),
        ({"audience": "ending", "days": "0"}, "请填写 1 至 400 天"),
        ({"until": "2026-11-20"}, "截止日期已经过去"),
        (
            {"from_at": "2026-12-02T09:00", "until": "2026-12-01"},
            "发送时间晚于截止日期",
        ),
    ],
)
def test_a_form_that_does_not_fit_says_why_and_keeps_the_words(
    house: House, wrong: dict[str, str], told: str
) -> None:
    answer = house.clerk.post(NEWS, FORM | wrong)

    assert answer.status_code == 422
    assert told in answer.text
    assert "10 月 1 日起放假" in answer.text
    assert db.session.scalar(select(Announcement.id)) is None


def test_a_draft_is_changed_and_thrown_away(house: House) -> None:
    where = drafted(house)
    assert "国庆放假安排" in house.clerk.get(f"{where}/edit").text
    house.clerk.post(where, FORM | {"title": "改过的标题", "until": "2026-12-31"})
    assert "改过的标题" in house.clerk.get(where).text

    house.clerk.post(f"{where}/take-back")

    assert house.clerk.post(where, FORM).status_code == 409
    assert house.clerk.post(f"{where}/send").status_code == 409
    assert "已撤回" in house.clerk.get(NEWS).text


def test_many_by_mail_wait_for_the_manager(
    house: House, monkeypatch: pytest.MonkeyPatch, clock: HandClock
) -> None:
    monkeypatch.setattr("lms.announcements.rules.ALONE_UP_TO", 0)
    where = drafted(house)
    assert "交给同事复核" in house.clerk.get(where).text
    house.clerk.post(f"{where}/send")
    seen = read(house.manager, where)
    own = house.clerk.post(f"{where}/decide", seen | {"answer": "yes"})
    assert own.status_code == 422

    refused = house.manager.post(f"{where}/decide", seen | {"answer": "no"})
    assert refused.status_code == 422
    no = seen | {"answer": "no", "comment": "写错了日期"}
    house.manager.post(f"{where}/decide", no)
    assert "写错了日期" in house.clerk.get(where).text
    house.clerk.post(f"{where}/send")
    yes = read(house.manager, where) | {"answer": "yes", "comment": ""}
    house.manager.post(f"{where}/decide", yes)
    announcing.run(clock, {})

    assert "已送达 1 人" in house.clerk.get(where).text


def read(browser: Browser, where: str) -> dict[str, str]:
    """Read a page on which a second person decides; say which words were read."""
    found = re.search(r'name="asked"[^>]*value="([^"]*)"', browser.get(where).text)
    assert found
    return {"asked": found[1]}


def test_a_yes_to_words_that_were_changed_since_sends_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, clock: HandClock
) -> None:
    monkeypatch.setattr("lms.announcements.rules.ALONE_UP_TO", 0)
    where = drafted(house)
    house.clerk.post(f"{where}/send")
    seen = read(house.manager, where)
    no = {"answer": "no", "comment": "退回再改"}
    house.manager.post(f"{where}/decide", seen | no)
    house.clerk.post(where, FORM | {"title": "请把学费转到新账号"})
    house.clerk.post(f"{where}/send")

    late = house.manager.post(
        f"{where}/decide", seen | {"answer": "yes", "comment": "放假安排同意"}
    )
    announcing.run(clock, {})

    assert late.status_code == 409
    assert "请重新核对" in late.text
    assert "请把学费转到新账号" in late.text
    assert "放假安排同意" in late.text
    assert db.session.scalar(select(Announcement.state)) is State.WAITING
    assert db.session.scalar(select(OutboxMessage.id)) is None
    fresh = read(house.manager, where)
    done = house.manager.post(f"{where}/decide", fresh | {"answer": "yes"})
    assert done.status_code == 303


def test_an_operator_writes_for_the_house(
    house: House, begin: Begin, browser_of: Sign, clock: HandClock
) -> None:
    with begin() as work:
        operator = account_make.staff(
            work, Role.OPERATOR, email="operator@demo.example"
        )
    own = browser_of(operator)
    made = own.post(NEWS, FORM | {"mail": ""})
    own.post(f"{made.location}/send")
    announcing.run(clock, {})

    assert "学时平台" in house.learner.get(MINE).text
    assert house.clerk.get(made.location).status_code == 404


def test_the_list_goes_out_as_a_table(house: House, clock: HandClock) -> None:
    sent(house, clock)
    answer = house.clerk.post(f"{NEWS}/export.xlsx")

    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert sheet["A2"].value == "国庆放假安排"
    assert sheet["H2"].value == 1


# -- the mail, and saying no -------------------------------------------------------


class Letters:
    """A way out that keeps what it was given; it can be shut."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.shut = False

    def send(
        self, address: str, subject: str, text: str, *, key: str, leave: str = ""
    ) -> None:
        if self.shut:
            raise Unavailable("mail.unavailable")
        self.sent.append((text, leave))


def test_the_mail_says_how_to_leave_and_the_link_needs_no_sign_in(
    house: House, clock: HandClock, browser: Browser
) -> None:
    sent(house, clock)
    letters = Letters()
    bulk_messages.run(clock, {MailSender: letters})
    [(text, leave)] = letters.sent
    assert leave in text
    assert "10 月 1 日起放假" in text
    path = leave[leave.index("/leave/") :]

    assert "确认退订" in browser.get(path).text
    assert "checked" in house.learner.get(f"{MINE}/choices").text
    done = browser.client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    assert "已经退订" in done.text
    browser.client.post(path, data={"List-Unsubscribe": "One-Click"})
    second = sent(house, clock)
    bulk_messages.run(clock, {MailSender: letters})

    assert len(letters.sent) == 1
    assert "已交付邮件 0 封" in house.clerk.get(second).text
    assert len(house.learner.get(MINE).text.split("国庆放假安排")) == 3


def test_a_token_that_was_altered_opens_nothing(
    house: House, clock: HandClock, browser: Browser
) -> None:
    sent(house, clock)
    letters = Letters()
    bulk_messages.run(clock, {MailSender: letters})
    path = letters.sent[0][1]
    good = path[path.index("/leave/") :]
    other = "A" if good[10] != "A" else "B"

    for bad in (good[:10] + other + good[11:], good[:-4], "/leave/x", "/leave/%E4"):
        assert browser.get(bad).status_code == 404
        assert browser.client.post(bad).status_code == 404


def test_what_is_owed_comes_though_all_is_refused(
    house: House, clock: HandClock, begin: Begin
) -> None:
    house.learner.post(f"{MINE}/choices", {})
    with begin() as work:
        notify.message(
            work, house.account, "order_paid", number="1", total="2", courses=1
        )
        notify.message(
            work, house.account, "employer_nudge", company="甲", kind="hours", until=""
        )
    letters = Letters()
    messages.run(clock, {MailSender: letters})

    assert [leave for _text, leave in letters.sent] == [""]
    states = {one.template: one.state for one in outbox()}
    assert states["order_paid"] is MessageState.SENT
    assert states["employer_nudge"] is MessageState.UNWANTED
    house.learner.post(f"{MINE}/choices", {"wanted": ["nudge-mail"]})
    page = house.learner.get(f"{MINE}/choices").text
    assert page.count("checked") == 1


def test_an_announcement_that_waits_shows_on_the_workbench(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.announcements.rules.ALONE_UP_TO", 0)
    where = drafted(house)
    house.clerk.post(f"{where}/send")
    db.session.rollback()
    waits = db.session.get(Announcement, UUID(where.rsplit("/", 1)[1]))
    assert waits is not None
    assert waits.state is State.WAITING

    assert "待复核通知" in house.manager.get("/console").text


def mark_on(browser: Browser, where: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', browser.get(where).text)
    assert found
    return found[1]


def test_what_a_colleague_wrote_since_is_shown_before_it_is_sent(
    house: House, clock: HandClock
) -> None:
    where = drafted(house)
    seen = mark_on(house.manager, where)
    clock.pass_seconds(1)
    changed = house.clerk.post(where, FORM | {"title": "请把密码发给我"})
    assert changed.status_code == 303

    late = house.manager.post(f"{where}/send", {"seen": seen})

    assert late.status_code == 409
    assert "请看过再发送" in late.text
    assert "请把密码发给我" in late.text
    db.session.rollback()
    made = UUID(where.rsplit("/", 1)[-1])
    assert queries.card(db.session(), house.here, made).state is State.DRAFT
    again = house.manager.post(f"{where}/send", {"seen": mark_on(house.manager, where)})
    assert again.status_code == 303
