"""Notices are loaded once each, in order, with a line of evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lms.accounts.rules import Role
from lms.calendar import queries, services
from lms.calendar.rules import Notice, read_notice
from lms.evidence import queries as evidence
from lms.jobs import calendar as job
from lms.kernel.db import db
from lms.kernel.errors import Conflict, Refused
from lms.kernel.work import Work
from lms.notify import queries as notify
from lms.policy.calendar import PUBLISHED
from tests.conftest import HandClock
from tests.make import accounts as make_accounts
from tests.make.calendar import OF_2026, OF_2027
from tests.make.policy import day


def read(text: str, year: int) -> Notice:
    found = read_notice(text, year)
    assert isinstance(found, Notice)
    return found


def test_a_loaded_year_is_counted_and_written_down(work: Work) -> None:
    assert queries.calendar(work.session) is PUBLISHED

    version = services.load(work, read(OF_2027, 2027), "国办发明电〔2026〕9号", seen=0)
    work.session.flush()

    assert version == 1
    known = queries.calendar(work.session)
    assert known.last == day("2027-12-31")
    assert known.works(day("2027-01-31"))
    assert not known.works(day("2027-02-08"))
    assert evidence.verify(work.session, services.STREAM).intact


def test_a_year_is_amended_by_a_new_version_and_the_first_stays(work: Work) -> None:
    services.load(work, read(OF_2027, 2027), "一", seen=0)
    amended = OF_2027.replace("2027-05-08 班", "2027-05-09 班")
    services.load(work, read(amended, 2027), "二", seen=1)

    assert [e.version for e in queries.notices(work.session)] == [1, 2]
    assert queries.calendar(work.session).works(day("2027-05-09"))
    assert not queries.calendar(work.session).works(day("2027-05-08"))


def test_two_operators_do_not_overwrite_each_other(work: Work) -> None:
    services.load(work, read(OF_2027, 2027), "一", seen=0)

    with pytest.raises(Conflict, match=r"calendar\.moved"):
        services.load(work, read(OF_2027, 2027), "二", seen=0)


def test_what_changes_nothing_or_leaves_a_gap_is_refused(work: Work) -> None:
    with pytest.raises(Refused, match=r"calendar\.same"):
        services.load(work, read(OF_2026, 2026), "再一次", seen=0)
    with pytest.raises(Refused, match=r"calendar\.gap"):
        services.load(work, Notice(2029, frozenset(), frozenset()), "早", seen=0)


def test_operators_are_reminded_once_a_month_until_the_year_is_loaded(
    begin: Callable[..., Any], clock: HandClock
) -> None:
    with begin() as work:
        make_accounts.staff(work, Role.OPERATOR, email="hand@demo.example")
        make_accounts.staff(work, Role.TELLER, email="teller@demo.example")

    def owed() -> int:
        db.session.rollback()
        cards = notify.demo_outbox(db.session())
        return sum(each.template == "calendar_owed" for each in cards)

    job.run(clock, {})
    job.run(clock, {})
    assert owed() == 1

    clock.pass_days(20)
    job.run(clock, {})
    assert owed() == 2

    with begin() as work:
        services.load(work, read(OF_2027, 2027), "国办发明电〔2026〕9号", seen=0)
    clock.pass_days(31)
    job.run(clock, {})
    assert owed() == 2
