"""Nobody sends to many what was counted when it was for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from lms.accounts.rules import Role
from lms.announcements import queries
from lms.announcements.rules import State
from lms.kernel.db import db
from lms.web.console import announcements
from tests.conftest import Browser, HandClock
from tests.make import accounts as account_make
from tests.make import people as make
from tests.web.console.test_announcements import FORM, NEWS

Begin = Callable[..., Any]


def test_what_becomes_another_draft_while_it_is_counted_is_not_sent(
    begin: Begin,
    browser_of: Callable[..., Browser],
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with begin() as work:
        here = make.association(work)
        make.learner_of(work, make.account(work).person_id, here)
        one = account_make.staff(
            work, Role.CLERK, association_id=here, email="one@demo.example"
        )
    clerk, same_clerk = browser_of(one), browser_of(one)
    where = str(clerk.post(NEWS, FORM).location)
    count = announcements._counted

    def counted_too_soon(card: queries.AnnouncementCard) -> object:
        found = count(card)
        monkeypatch.setattr(announcements, "_counted", count)
        clock.pass_seconds(1)
        same_clerk.post(where, FORM | {"title": "给所有人"})
        return found

    monkeypatch.setattr(announcements, "_counted", counted_too_soon)
    sent = clerk.post(f"{where}/send")

    assert sent.status_code == 409
    db.session.rollback()
    card = queries.card(db.session(), here, UUID(where.rsplit("/", 1)[-1]))
    assert (card.title, card.state) == ("给所有人", State.DRAFT)
