"""Of which years certificates stand: what is kept of a learner is what is so."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from lms.accounts import services as accounts
from lms.accounts.models import Learner
from lms.accounts.rules import Stage, year_bit
from lms.credentials import services
from lms.credentials.models import Certificate, CertificateStanding
from lms.credentials.rules import State
from lms.credentials.services import merging
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId, CertificateId, PersonId, new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty
from tests.make import credentials as make
from tests.races import failures, race, tried

Begin = Callable[..., Any]
BUILDING, MINING = Specialty.BUILDING, Specialty.MINING
WAITS = 1.0
"""So long the one that began lets the other run ahead, in seconds."""


def _kept(work: Work) -> dict[tuple[UUID, UUID], int]:
    work.session.flush()
    return {
        (row.association_id, row.person_id): row.certified
        for row in work.session.execute(
            select(Learner.association_id, Learner.person_id, Learner.certified)
        )
        if row.certified
    }


def _so(work: Work) -> dict[tuple[UUID, UUID], int]:
    found: dict[tuple[UUID, UUID], int] = {}
    for here, person, year in work.session.execute(
        select(
            Certificate.association_id, CertificateStanding.person_id, Certificate.year
        )
        .join(Certificate, Certificate.id == CertificateStanding.certificate_id)
        .where(CertificateStanding.state == State.VALID)
    ):
        found[here, person] = found.get((here, person), 0) | year_bit(year)
    return found


class Story:
    """Three persons who may be certified in two specialties, and what befalls them."""

    def __init__(self, work: Work, seed: int) -> None:
        self.work, self.chance = work, random.Random(seed)
        self.here = make.association(work)
        self.persons = [_doubled(work, self.here, serial) for serial in (1, 2, 3)]
        self.held: list[CertificateId] = []

    def deed(self) -> None:
        """Do one thing by chance; what the house refuses changes nothing."""
        self.chance.choice(
            (self._issue, self._issue, self._revoke, self._replace, self._merge)
        )()

    def _issue(self) -> None:
        who, what = (
            self.chance.choice(self.persons),
            self.chance.choice((BUILDING, MINING)),
        )
        try:
            self.held.append(
                services.issue(
                    self.work,
                    who,
                    what,
                    printer=make.PLAIN,
                    association_id=self.here,
                    approvals=self.chance.choice(((), (new_id(),))),
                )
            )
        except Refused:
            return

    def _revoke(self) -> None:
        if not self.held:
            return
        one = self.chance.choice(self.held)
        try:
            services.revoke(self.work, one, reason="x", approvals=(new_id(),))
        except Refused:
            return

    def _replace(self) -> None:
        if not self.held:
            return
        one = self.chance.choice(self.held)
        try:
            made = services.supersede(
                self.work, one, printer=make.PLAIN, reason="x", approvals=(new_id(),)
            )
        except Refused:
            return
        self.held.append(made)

    def _merge(self) -> None:
        if len(self.persons) < 2:
            return
        goes, stays = self.chance.sample(self.persons, 2)
        try:
            merging.take_over(self.work, goes, stays)
        except Refused:
            return
        known = accounts.know_as_before(self.work, goes, stays)
        merging.recount_all(self.work, stays, known)
        self.persons.remove(goes)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_befalls_certificates_what_is_kept_is_what_is_so(
    work: Work, seed: int
) -> None:
    story = Story(work, seed)

    for _deed in range(10):
        story.deed()
        assert _kept(work) == _so(work)

    assert story.held


def test_whom_an_association_has_certified_it_knows(work: Work) -> None:
    here = make.association(work)
    person = make.graduate(work, here)

    services.issue(work, person, BUILDING, printer=make.PLAIN)

    assert list(_kept(work)) == [(here, person)]
    accounts.know_learner(work, person, here)
    assert _kept(work) == _so(work)


def test_of_two_deeds_in_one_moment_the_later_sees_both(
    app: Flask, begin: Begin
) -> None:
    with begin() as work:
        person = _doubled(work, make.association(work), 1)
        held = _issued(work, person, BUILDING)
    got: list[object] = []

    def issue() -> None:
        with app.app_context():
            got.extend(race(app, [lambda work: _issued(work, person, MINING)]))

    other = threading.Thread(target=issue)

    with begin() as work:
        _revoked(work, held)
        other.start()
        # It waits for this work to end.
        other.join(timeout=0.5)
    other.join()

    assert not isinstance(got[0], Exception)
    with begin() as work:
        assert len(_kept(work)) == 1
        assert _kept(work) == _so(work)


def test_who_is_issued_to_while_a_course_ends_keeps_nobody_waiting_for_ever(
    app: Flask, begin: Begin
) -> None:
    with begin() as work:
        here = make.association(work)
        person = make.graduate(work, here)
        accounts.know_learner(work, person, here)
    written = threading.Event()

    def finishes() -> None:
        with begin() as work:
            # First the person's book, then how far the learner has come.
            make.credit(work, person, here, required=100, elective=0)
            written.set()
            time.sleep(WAITS)
            accounts.set_stage(work, person, here, Stage.DONE)

    def issues() -> CertificateId:
        written.wait(30)
        with begin() as work:
            return _issued(work, person, BUILDING)

    got = tried(app, [finishes, issues])

    assert failures(got) == []
    with begin() as work:
        assert _kept(work) == _so(work)


def _doubled(work: Work, here: AssociationId, serial: int) -> PersonId:
    """Make somebody who may be certified in two specialties."""
    one = make.constructor(work, serial=serial, extra=MINING)
    for specialty in (BUILDING, MINING):
        make.credit(work, one, here, specialty=specialty)
        make.passed(work, one, here, specialty=specialty)
    return one


def _issued(work: Work, person_id: PersonId, specialty: Specialty) -> CertificateId:
    return services.issue(work, person_id, specialty, printer=make.PLAIN)


def _revoked(work: Work, certificate_id: CertificateId) -> None:
    services.revoke(work, certificate_id, reason="x", approvals=(new_id(),))
