"""A file is taken back once, whoever agrees beside, links beside, or is killed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.hours.models import HoursEntry
from lms.kernel.db import db
from lms.kernel.errors import Conflict
from lms.kernel.ids import AssociationId, PersonId
from lms.legacy.models import LegacyHours
from lms.legacy.rules.columns import Kind
from lms.legacy.services import linking
from tests.cuts import power_cut
from tests.legacy.test_withdrawing import agree, put
from tests.make import legacy as make
from tests.make import people as make_people
from tests.races import failures, race

Begin = Callable[..., Any]


@pytest.fixture
def proposed(begin: Begin) -> tuple[UUID, PersonId, AssociationId]:
    """Twelve lines in somebody's book, and a proposal to take them back."""
    with begin() as work:
        house = make_people.association(work)
        me = make.owner(work)
        make.taken(work, house, Kind.PEOPLE, [make.person()])
        rows = [make.hours("1", old=f"H{n}") for n in range(12)]
        made = make.taken(work, house, Kind.HOURS, rows)
        linking.claim(work, me)
        put(work, house, made)
    return made, me, house


def left() -> tuple[int, int]:
    """Count the rows, and sum the book. Units: hundredths of a 学时."""
    db.session.remove()
    rows = db.session.scalar(select(func.count()).select_from(LegacyHours)) or 0
    return rows, sum(db.session.scalars(select(HoursEntry.credit)))


def test_of_four_who_agree_at_once_one_takes_it_back(
    app: Flask, proposed: tuple[UUID, PersonId, AssociationId]
) -> None:
    made, _me, house = proposed
    failed = failures(race(app, [lambda work: agree(work, house, made)] * 4))

    assert [type(one) for one in failed] == [Conflict] * 3
    assert left() == (0, 0)
    posted = select(func.count()).select_from(HoursEntry)
    assert db.session.scalar(posted) == 24


def test_who_links_while_it_is_taken_back_keeps_nothing_of_it(
    app: Flask, begin: Begin
) -> None:
    with begin() as work:
        house = make_people.association(work)
        me = make.owner(work)
        make.taken(work, house, Kind.PEOPLE, [make.person()])
        made = make.taken(work, house, Kind.HOURS, [make.hours()])
        put(work, house, made)
    deeds = [
        lambda work: agree(work, house, made),
        lambda work: linking.claim(work, me),
    ]
    failed = failures(race(app, deeds))

    # Who linked first made the owner known meanwhile: then it is simply asked again.
    assert all(isinstance(one, Conflict) for one in failed)
    if failed:
        with begin() as work:
            agree(work, house, made)
    assert left() == (0, 0)


@pytest.mark.parametrize(
    "place", ["legacy.withdrawing", "legacy.emptied", "work.before_commit"]
)
def test_a_power_cut_leaves_it_whole_and_the_yes_can_be_said_again(
    app: Flask,
    begin: Begin,
    proposed: tuple[UUID, PersonId, AssociationId],
    place: str,
) -> None:
    made, _me, house = proposed

    def yes() -> None:
        with begin() as work:
            agree(work, house, made)

    power_cut(place, yes)

    assert left() == (12, 1200)
    yes()
    assert left() == (0, 0)
