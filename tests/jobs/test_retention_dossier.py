"""The papers of an application go when their time is over; the book of them stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.evidence import queries as evidence
from lms.evidence import services as book
from lms.jobs import retention
from lms.kernel.db import db
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.policy import retention as law
from lms.policy.flow import MaterialKind, Party
from lms.policy.model import Province
from lms.policy.retention import Record, RetentionRule, Span, going
from lms.registration.models import ApplicationMaterial, ApplicationRow, MaterialBody
from lms.registration.queries import dossier as queries
from lms.registration.rules.states import Status
from lms.registration.services import dossier
from tests.conftest import HandClock
from tests.make import dossier as make
from tests.make import people

YEAR = 365.25
Begin = Callable[..., Any]
ENDS = {
    "granted": (Status.GRANTED, True),
    "refused": (Status.REFUSED, True),
    "not accepted": (Status.NOT_ACCEPTED, True),
    "withdrawn late": (Status.WITHDRAWN, True),
    "withdrawn as a draft": (Status.WITHDRAWN, False),
    "lapsed as a draft": (Status.LAPSED, False),
}


def handed(work: Work, end: Status, *, filed: bool) -> tuple[UUID, PersonId]:
    """An application that ended today, with one paper in it."""
    made = people.person(work, province=Province.SHANDONG)
    one = make.application(work, made.person_id, province=Province.SHANDONG)
    row = work.session.get_one(ApplicationRow, one)
    was, row.status = row.status, Status.SUPPLEMENT
    work.session.flush()
    ready = make.ready(MaterialKind.CONTRACT, body=b"%PDF-1.4 paper")
    dossier.hand_in(work, one, ready, Party.PERSON)
    assert was
    row.status, row.closed_at = end, work.now
    row.filed_on = date(2026, 11, 20) if filed else None
    work.session.flush()
    return one, made.person_id


def bodies() -> int:
    return db.session.scalar(select(func.count()).select_from(MaterialBody)) or 0


def run(app: Flask, clock: HandClock) -> None:
    db.session.remove()
    retention.run(clock, app.extensions["lms.ports"])
    db.session.remove()


@pytest.mark.parametrize("name", sorted(ENDS))
def test_what_was_filed_stays_six_years_and_a_draft_a_month(
    app: Flask, clock: HandClock, begin: Begin, name: str
) -> None:
    status, filed = ENDS[name]
    with begin() as work:
        one, person_id = handed(work, status, filed=filed)
    clock.pass_days(6 * YEAR - 2 if filed else 29)
    run(app, clock)
    assert bodies() == 1

    clock.pass_days(4)
    run(app, clock)

    assert bodies() == 0
    kept = select(func.count()).select_from(ApplicationMaterial)
    assert db.session.scalar(kept) == 1
    (card,) = queries.history(db.session(), one, person_id)
    assert not card.kept
    assert card.size == len(b"%PDF-1.4 paper")
    kind = Record.APPLICATION_PAPER if filed else Record.APPLICATION_DRAFT
    lines = evidence.lines(db.session(), retention.STREAM)
    assert sum(f'"{kind.value}"' in line.facts for line in lines) == 1


@pytest.mark.parametrize("what", ["person", "application"])
def test_what_is_held_outlives_its_day_until_the_release(
    app: Flask, clock: HandClock, begin: Begin, what: str
) -> None:
    with begin() as work:
        one, person_id = handed(work, Status.GRANTED, filed=True)
        handed(work, Status.GRANTED, filed=True)
        stream = f"{what}:{person_id if what == 'person' else one}"
        book.place_hold(work, stream, "行政复议期间")
    clock.pass_days(7 * YEAR)
    run(app, clock)
    assert bodies() == 1

    with begin() as work:
        book.release_hold(work, stream, "复议已结束")
    run(app, clock)
    assert bodies() == 0


def test_what_is_under_way_keeps_its_papers_however_long(
    app: Flask, clock: HandClock, begin: Begin
) -> None:
    with begin() as work:
        one, _person = handed(work, Status.OPEN, filed=True)
        work.session.get_one(ApplicationRow, one).closed_at = None
    clock.pass_days(9 * YEAR)
    run(app, clock)
    assert bodies() == 1


def test_some_go_at_once_and_the_rest_after_them(
    app: Flask, clock: HandClock, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossier, "AT_ONCE", 2)
    with begin() as work:
        for _time in range(5):
            handed(work, Status.WITHDRAWN, filed=False)
    clock.pass_days(40)
    run(app, clock)
    assert bodies() == 0
    assert len(evidence.lines(db.session(), retention.STREAM)) == 3


def test_a_later_rule_does_not_reach_back(monkeypatch: pytest.MonkeyPatch) -> None:
    later = RetentionRule(
        Record.APPLICATION_DRAFT, date(2027, 1, 1), Span(days=10), Span(), "a decision"
    )
    monkeypatch.setattr(law, "RULES", (*law.RULES, later))
    assert going(Record.APPLICATION_DRAFT, date(2027, 1, 20)) == (
        (date.min, date(2026, 12, 21)),
        (date(2027, 1, 1), date(2027, 1, 10)),
    )
