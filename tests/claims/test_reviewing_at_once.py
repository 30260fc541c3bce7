"""A correction and a certificate at once: each knows of the other, in either order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from lms.claims.rules import ClaimKind
from lms.claims.services import ask
from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId, PersonId
from tests.claims.test_reviewing import asked, say
from tests.legacy.test_withdrawing_issue import WAITS, Slow, begun, beside, issue
from tests.make import claims as make
from tests.make import credentials as graduates

Begin = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Ground:
    """Somebody of whose hours a manager would take three, if another agrees."""

    house: AssociationId
    me: PersonId
    claim: UUID


@pytest.fixture
def ground(begin: Begin) -> Ground:
    with begin() as work:
        house = graduates.association(work)
        me = graduates.graduate(work, house)
        today = legal_day(work.now)
        wanted = make.hours(ClaimKind.ADJUSTMENT, credit=-300, occurred_on=today)
        manager = make.staff(work, "manager", house)
        claim = ask(manager, me, house, make.application(wanted))
    return Ground(house, me, claim)


def agree(app: Flask, ground: Ground, then: Callable[[], object]) -> None:
    with begun(app) as work:
        say(make.staff(work, "manager", ground.house), ground.claim, ground.house)
        then()


def test_a_certificate_that_is_being_issued_is_asked_about(
    app: Flask, begin: Begin, ground: Ground
) -> None:
    printer = Slow()

    def issues() -> None:
        with begun(app) as work:
            issue(ground.me, printer)(work)

    def corrects() -> None:
        printer.begun.wait(30)
        try:
            agree(app, ground, lambda: None)
        finally:
            printer.other_ended.set()

    assert beside(app, issues, corrects) == [None, None]
    with begin() as work:
        (question,) = asked(work, ground.me)
    assert question.kind is ClaimKind.REVOCATION


def test_who_asks_for_a_certificate_during_a_correction_lacks_the_hours(
    app: Flask, ground: Ground
) -> None:
    taken, ended = threading.Event(), threading.Event()

    def lets_ask() -> None:
        taken.set()
        ended.wait(WAITS)

    def corrects() -> None:
        agree(app, ground, lets_ask)

    def issues() -> None:
        taken.wait(30)
        try:
            with begun(app) as work:
                issue(ground.me, graduates.PLAIN)(work)
        finally:
            ended.set()

    corrected, issued = beside(app, corrects, issues)

    assert corrected is None
    assert isinstance(issued, Refused)
    assert issued.reasons == ("certificate.required",)
