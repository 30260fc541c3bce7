"""Who was told what is kept a year, given to the person, and forgotten with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from lms.accounts import services as accounts
from lms.announcements import services
from lms.announcements.models import Receipt
from lms.announcements.rules import Audience, Wanted
from lms.jobs import announcing, retention
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.notify import leaving
from lms.notify.models import OutboxMessage, Refusal
from lms.notify.rules import Channel, MessageState, Wish
from lms.reports import subject
from tests.conftest import HandClock
from tests.make import people as make

Begin = Callable[..., Any]


def told(begin: Begin, clock: HandClock) -> make.Made:
    """Tell everybody in the house, of whom there is one, who refuses texts."""
    with begin() as work:
        made = make.account(work)
        leaving.leave(work, made.account_id, Wish.NUDGE, Channel.SMS)
        news = Wanted("标题", "正文", Audience.ALL, mail=True)
        services.submit(work, None, services.draft(work, None, news), 1)
    announcing.run(clock, {})
    with begin() as work:
        for row in work.session.scalars(select(OutboxMessage)):
            row.state, row.masked = MessageState.SENT, "p***@demo.example"
    return made


def count(table: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_receipt_goes_after_a_year_and_the_message_after_half(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    told(begin, clock)
    clock.pass_days(364)
    retention.run(clock, app.extensions["lms.ports"])
    assert (count(Receipt), count(OutboxMessage)) == (1, 0)

    clock.pass_days(3)
    retention.run(clock, app.extensions["lms.ports"])

    assert count(Receipt) == 0


def test_who_is_forgotten_was_never_told(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    made = told(begin, clock)
    with begin() as work:
        accounts.close_account(work, made.account_id)

    retention.run(clock, app.extensions["lms.ports"])

    assert (count(Receipt), count(Refusal)) == (0, 0)
    left = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.to_account == made.account_id)
    )
    assert {row.state for row in left} <= {MessageState.DUE}


def test_ones_own_data_hold_what_one_was_told_and_refused(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    made = told(begin, clock)
    files = subject.everything(
        db.session(), made.account_id, made.person_id, legal_day(clock())
    )

    records = json.loads(files["data.json"])["records"]
    assert len(records["announcement_receipts"]) == 1
    assert records["message_refusals"][0]["wish"] == "nudge"
    assert records["outbox"][0]["masked"] == "p***@demo.example"
