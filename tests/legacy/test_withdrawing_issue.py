"""No certificate leans on hours that a withdrawal takes at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from lms.claims.queries import resting
from lms.credentials import queries as certificates
from lms.credentials import services as credentials
from lms.credentials.rules import Facts
from lms.credentials.rules.designs import Design
from lms.credentials.rules.files import Printed, Seals
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.errors import LmsError, Refused
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.legacy.models import LegacyPerson
from lms.legacy.rules.columns import Kind
from lms.legacy.services import linking
from lms.policy.model import Specialty
from tests.legacy.test_withdrawing import agree, put
from tests.make import credentials as graduates
from tests.make import legacy as make

Begin = Callable[..., Any]
Deed = Callable[[Work], object]
WAITS = 1.0
"""So long the first one lets the second run ahead, in seconds; it may well wait."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Somebody whose last twelve 学时 came with a file that is to be taken back."""

    house: AssociationId
    me: PersonId
    file: UUID


@pytest.fixture
def ground(begin: Begin) -> Ground:
    number = graduates.id_number()
    with begin() as work:
        house = graduates.association(work)
        me = graduates.constructor(work)
        graduates.credit(work, me, house, required=4800)
        graduates.passed(work, me, house)
        make.taken(work, house, Kind.PEOPLE, [make.person(number)])
        made = make.taken(work, house, Kind.HOURS, [make.hours(number=number)])
        linking.claim(work, me)
        linked(work, house)
        put(work, house, made)
    return Ground(house, me, made)


def linked(work: Work, house: AssociationId) -> None:
    """Two of the desk say that the record is this person's."""
    waiting = work.session.scalars(select(LegacyPerson.id)).one()
    for role in ("clerk", "manager"):
        hand = make.hand(work, role)
        linking.decide(hand, house, waiting, approved=True, comment="人证相符")


class Slow(graduates.PlainPrinter):
    """A printer that says when it begins, and lets somebody else run ahead."""

    def __init__(self) -> None:
        self.begun, self.other_ended = threading.Event(), threading.Event()

    def print(
        self, facts: Facts, photo: bytes | None, design: Design, seals: Seals
    ) -> Printed:
        self.begun.set()
        self.other_ended.wait(WAITS)
        return super().print(facts, photo, design, seals)


def issue(me: PersonId, printer: graduates.PlainPrinter) -> Deed:
    return lambda w: credentials.issue(w, me, Specialty.BUILDING, printer=printer)


def beside(app: Flask, *deeds: Callable[[], object]) -> list[LmsError | None]:
    """Do deeds beside one another; give what each was refused with, in their order."""
    said: dict[int, LmsError | None] = {}

    def run(n: int, deed: Callable[[], object]) -> None:
        with app.app_context():
            try:
                deed()
                said[n] = None
            except LmsError as error:
                said[n] = error
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=run, args=(n, deed)) for n, deed in enumerate(deeds)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [said[n] for n in range(len(deeds))]


def begun(app: Flask) -> Any:
    return unit_of_work(HOUSE, clock=app.extensions["lms.clock"])


def sound(begin: Begin, ground: Ground) -> int:
    """Count the valid certificates; none says more hours than its holder has."""
    with begin() as work:
        held = certificates.held(work.session, ground.me, legal_day(work.now))
        for card in held:
            (row,) = card.facts.hours
            assert not resting.below(resting.earned(work.session, card), row)
        return len(held)


def test_who_is_being_issued_to_is_named_to_the_withdrawal(
    app: Flask, begin: Begin, ground: Ground
) -> None:
    printer = Slow()

    def issues() -> None:
        with begun(app) as work:
            issue(ground.me, printer)(work)

    def withdraws() -> None:
        printer.begun.wait(30)
        try:
            with begun(app) as work:
                agree(work, ground.house, ground.file)
        finally:
            printer.other_ended.set()

    issued, withdrawn = beside(app, issues, withdraws)

    assert issued is None
    assert isinstance(withdrawn, Refused)
    assert withdrawn.reasons == ("legacy.certified",)
    assert sound(begin, ground) == 1


def test_who_asks_for_a_certificate_during_the_withdrawal_lacks_the_hours(
    app: Flask, begin: Begin, ground: Ground
) -> None:
    taken, issued_by_now = threading.Event(), threading.Event()

    def withdraws() -> None:
        with begun(app) as work:
            agree(work, ground.house, ground.file)
            taken.set()
            issued_by_now.wait(WAITS)

    def issues() -> None:
        taken.wait(30)
        try:
            with begun(app) as work:
                issue(ground.me, graduates.PLAIN)(work)
        finally:
            issued_by_now.set()

    withdrawn, issued = beside(app, withdraws, issues)

    assert withdrawn is None
    assert isinstance(issued, Refused)
    assert issued.reasons == ("certificate.required",)
    assert sound(begin, ground) == 0
