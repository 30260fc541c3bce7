"""Many managers at once, and power cuts: a claim posts once, whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from lms.approvals.models import Decision
from lms.claims import queries, services
from lms.claims.models import Claim
from lms.claims.services import Answer
from lms.evidence import queries as evidence
from lms.hours import services as hours
from lms.hours.models import HoursEntry
from lms.kernel.db import db
from lms.kernel.errors import Conflict
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import Work
from tests.cuts import power_cut
from tests.make import claims as make
from tests.make import credentials as graduates
from tests.races import race

Begin = Callable[..., Any]
YES = Answer(True, "属实")


@pytest.fixture
def asked(begin: Begin) -> tuple[UUID, PersonId, AssociationId]:
    """A claim that a clerk has checked; only the last yes is missing."""
    with begin() as work:
        here = graduates.association(work)
        me = graduates.constructor(work)
        claim = make.asked(work, me, here)
        say(make.staff(work, "clerk", here), claim, here)
    return claim, me, here


def say(work: Work, claim: UUID, here: AssociationId) -> object:
    return services.decide(
        work, claim, YES, association_id=here, printer=graduates.PLAIN
    )


def entries() -> int:
    db.session.remove()
    return db.session.scalar(select(func.count()).select_from(HoursEntry)) or 0


def test_twelve_managers_at_once_post_once(
    app: Flask, asked: tuple[UUID, PersonId, AssociationId]
) -> None:
    claim, me, here = asked
    got = race(app, [lambda w: say(make.staff(w, "manager", here), claim, here)] * 12)

    assert sum(isinstance(one, Conflict) for one in got) == 11
    assert entries() == 1
    assert evidence.verify(db.session(), f"person:{me}").intact


def test_the_race_finds_double_postings_where_nothing_stops_them(
    app: Flask, asked: tuple[UUID, PersonId, AssociationId]
) -> None:
    """The negative control: who posts under a source of their own posts again."""
    claim, _me, here = asked
    turn = iter(range(12))

    def careless(work: Work) -> object:
        card = queries.at_desk(work.session, here, claim)
        assert card.track is not None
        return hours.post(
            work,
            card.person_id,
            specialty=card.specialty,
            track=card.track,
            credit=card.credit,
            association_id=here,
            source=f"careless:{next(turn)}",
        )

    race(app, [careless] * 12)

    assert entries() == 12


@pytest.mark.parametrize(
    "place", ["claim.decided", "claim.applied", "work.before_commit"]
)
def test_a_power_cut_leaves_the_claim_undecided(
    app: Flask,
    begin: Begin,
    asked: tuple[UUID, PersonId, AssociationId],
    place: str,
) -> None:
    claim, _me, here = asked

    def agree() -> None:
        with begin() as work:
            say(make.staff(work, "manager", here), claim, here)

    power_cut(place, agree)

    assert entries() == 0
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 1
    assert db.session.scalar(select(Claim.applied_at)) is None
    db.session.remove()
    agree()
    assert entries() == 1


def test_the_ledgers_own_index_is_the_last_net(
    begin: Begin, asked: tuple[UUID, PersonId, AssociationId]
) -> None:
    claim, _me, here = asked
    with begin() as work:
        say(make.staff(work, "manager", here), claim, here)
        work.session.execute(text("UPDATE approvals SET state = 'open', needs = 3"))
        work.session.expire_all()
        say(make.staff(work, "manager", here), claim, here)
    assert entries() == 1


def test_of_six_askings_with_one_paper_one_is_open(app: Flask, begin: Begin) -> None:
    with begin() as work:
        here = graduates.association(work)
        me = graduates.constructor(work)
    put = make.application(make.work_outside())

    def ask(work: Work) -> UUID:
        return services.ask(make.own(work, me), me, here, put)

    got = race(app, [ask] * 6)

    assert sum(isinstance(one, UUID) for one in got) == 1
    db.session.remove()
    assert db.session.scalar(select(func.count()).select_from(Claim)) == 1
