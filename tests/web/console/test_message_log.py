"""The log of an association's messages: what failed, why, and once more."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select, text

from lms.evidence import queries as evidence
from lms.jobs import messages
from lms.kernel.db import db
from lms.notify import services as notify
from lms.notify.models import OutboxMessage
from lms.notify.ports import MailSender
from lms.notify.rules import MOST_TRIES, MessageState
from tests.conftest import HandClock
from tests.web.console import test_announcements as desk
from tests.web.console.test_announcements import House, Letters, outbox

Begin = Callable[..., Any]
LOG, MINE = "/console/messages", "/me/notices"

house = desk.house


def test_the_desk_sees_what_failed_why_and_sends_it_again(
    house: House, clock: HandClock, begin: Begin
) -> None:
    with begin() as work:
        notify.message(
            work, house.account, "order_paid", of=house.here,
            number="1", total="2", courses=1,
        )  # fmt: skip
        notify.message(work, house.account, "password_changed")
    letters = Letters()
    letters.shut = True
    for _n in range(MOST_TRIES):
        messages.run(clock, {MailSender: letters})
        clock.pass_seconds(2 * 3600)
    # Back to the hour in which the clerk signed in.
    clock.step(-2 * 3600 * MOST_TRIES)
    page = house.clerk.get(LOG).text
    assert "邮件服务暂时不可用" in page
    assert "p***@demo.example" in page
    assert "密码已更改" not in page
    [row, _other] = outbox()
    letters.shut = False

    assert house.manager.post(f"{LOG}/{row.id}/again").status_code == 303
    messages.run(clock, {MailSender: letters})
    assert len(letters.sent) == 1
    assert house.manager.post(f"{LOG}/{row.id}/again").status_code == 303
    assert house.manager.post(f"{LOG}/{row.id}/again").status_code == 409
    messages.run(clock, {MailSender: letters})

    assert len(letters.sent) == 2
    lines = evidence.lines(db.session(), f"association:{house.here}")
    assert [one.kind for one in lines].count("message.sent_again") == 2
    assert "订单已付款" in house.learner.get(f"{MINE}/sent").text


def test_the_log_is_narrowed_paged_and_taken_away(
    house: House, clock: HandClock, begin: Begin
) -> None:
    with begin() as work:
        for n in range(60):
            notify.message(
                work, house.account, "order_paid", of=house.here,
                number=str(n), total="2", courses=1,
            )  # fmt: skip
    first = house.clerk.get(LOG).text
    assert first.count("订单已付款") == 51
    after = first.split("after=")[1].split('"')[0].replace("&amp;", "&")
    assert house.clerk.get(f"{LOG}?after={after}").text.count("订单已付款") == 11
    assert "没有符合条件" in house.clerk.get(f"{LOG}?state=dead").text
    assert "没有符合条件" in house.clerk.get(f"{LOG}?day=2026-11-20").text
    assert "没有符合条件" in house.clerk.get(f"{LOG}?channel=sms").text
    assert "没有符合条件" in house.clerk.get(f"{LOG}?kind=quote_made").text
    same = house.clerk.get(f"{LOG}?day=2026-11-21&kind=order_paid&state=due").text
    assert same.count("订单已付款") == 51
    for odd in ("after=x", "after=2026 -1", "day=x", "state=x&channel=x&kind=x"):
        assert house.clerk.get(f"{LOG}?{odd}").status_code == 200

    answer = house.clerk.post(f"{LOG}/export.xlsx", {"kind": "order_paid"})
    assert load_workbook(io.BytesIO(answer.data)).worksheets[0].max_row == 61


def test_a_foreign_message_is_not_there_and_a_secret_one_is_not_repeated(
    house: House, begin: Begin
) -> None:
    with begin() as work:
        foreign = notify.message(work, house.account, "order_paid", of=None)
        row = work.session.scalar(
            select(OutboxMessage).where(OutboxMessage.id == foreign)
        )
        row.state = MessageState.SENT
    assert house.clerk.post(f"{LOG}/{foreign}/again").status_code == 404
    with begin() as work:
        row = work.session.get(OutboxMessage, row.seq)
        row.association_id, row.repeatable = house.here, False

    assert house.clerk.post(f"{LOG}/{foreign}/again").status_code == 422
    assert "重发" not in house.clerk.get(LOG).text.split("<table")[1]


def test_the_log_is_read_by_its_index(house: House, app: Flask) -> None:
    sqlite = db.engine.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
    if not sqlite:
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        db.session.execute(text("SET LOCAL enable_sort = off"))
    for more, index in (
        ("", "ix_outbox_desk"),
        ("AND state = 'dead'", "ix_outbox_desk_state"),
        ("AND template = 'order_paid'", "ix_outbox_desk_kind"),
    ):
        asked = (
            f"{explain}SELECT * FROM outbox WHERE association_id = :here {more} "
            "ORDER BY owed_at DESC, seq DESC LIMIT 51"
        )
        here = house.here.hex if sqlite else house.here
        plan = "\n".join(
            str(row) for row in db.session.execute(text(asked), {"here": here})
        )
        # Of an empty table PostgreSQL may take any of the three.
        assert (index if sqlite else "ix_outbox_desk") in plan
        assert "TEMP B-TREE" not in plan
        assert "Sort" not in plan
