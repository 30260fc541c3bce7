"""A file is taken over once, whoever is killed or works beside: whole, never twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.hours.models import HoursEntry
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.legacy.models import LegacyHours, LegacyImport
from lms.legacy.rules.columns import Kind
from lms.legacy.rules.standing import ImportState
from lms.legacy.services import linking, taking
from tests.cuts import power_cut
from tests.make import legacy as make
from tests.make import people as make_people
from tests.races import failures, tried

Begin = Callable[..., Any]
LINES = 12


@pytest.fixture
def agreed(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> tuple[UUID, PersonId, AssociationId]:
    """Twelve lines that two agreed to, and their owner; three lines at a time."""
    monkeypatch.setattr(taking, "AT_ONCE", 3)
    with begin() as work:
        house = make_people.association(work)
        me = make.owner(work)
        make.taken(work, house, Kind.PEOPLE, [make.person()])
        rows = [make.hours("1", old=f"H{n}") for n in range(LINES)]
        made = make.agreed(work, house, make.upload(Kind.HOURS, *rows))
    return made, me, house


def worked(app: Flask, deed: Callable[[Work], Any]) -> Any:
    with unit_of_work(HOUSE, clock=app.extensions["lms.clock"]) as work:
        return deed(work)


def take_all(app: Flask, made: UUID) -> None:
    while worked(app, lambda work: taking.take_some(work, made)):
        pass


def count(table: Any) -> int:
    db.session.remove()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_four_who_take_one_file_over_at_once_take_each_row_once(
    app: Flask, agreed: tuple[UUID, PersonId, AssociationId]
) -> None:
    made, _me, _house = agreed
    failed = failures(tried(app, [lambda: take_all(app, made)] * 4))

    assert failed == []
    assert count(LegacyHours) == LINES
    row = db.session.get_one(LegacyImport, made)
    assert (row.state, row.taken_rows, row.new_rows) == (ImportState.DONE, LINES, LINES)


def test_whoever_links_while_a_file_is_taken_over_gets_every_hour_once(
    app: Flask, agreed: tuple[UUID, PersonId, AssociationId]
) -> None:
    made, me, _house = agreed
    deeds = [
        lambda: take_all(app, made),
        lambda: worked(app, lambda work: linking.claim(work, me)),
    ]
    failed = failures(tried(app, deeds))

    assert failed == []
    assert count(HoursEntry) == LINES
    assert sum(db.session.scalars(select(HoursEntry.credit))) == LINES * 100


def test_where_nobody_posts_what_comes_after_the_link_it_stays_behind(
    app: Flask,
    agreed: tuple[UUID, PersonId, AssociationId],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control: rows that nobody posts stay behind for good."""
    made, me, _house = agreed
    monkeypatch.setattr(taking, "post_all", lambda *_told: 0)
    worked(app, lambda work: linking.claim(work, me))
    take_all(app, made)

    assert count(LegacyHours) == LINES
    assert count(HoursEntry) == 0


@pytest.mark.parametrize("place", ["legacy.taking", "work.before_commit"])
def test_a_power_cut_leaves_whole_steps_and_the_rest_goes_on(
    app: Flask,
    begin: Begin,
    agreed: tuple[UUID, PersonId, AssociationId],
    place: str,
) -> None:
    made, me, _house = agreed
    with begin() as work:
        linking.claim(work, me)
    power_cut(place, lambda: take_all(app, made), 3)

    before = count(LegacyHours)
    assert before == 6
    assert count(HoursEntry) == before
    take_all(app, made)
    assert count(LegacyHours) == count(HoursEntry) == LINES
