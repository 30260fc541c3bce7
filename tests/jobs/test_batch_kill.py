"""A runner killed at any moment leaves each person issued to whole, or not at all."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.credentials.models import (
    Certificate,
    CertificateFile,
    CertificateStanding,
    IssueBatch,
    IssueLine,
)
from lms.credentials.ports import Printer
from lms.credentials.rules.batches import BatchState, LineState
from lms.credentials.services import batches
from lms.evidence import queries as evidence
from lms.jobs import batches as job
from lms.kernel.db import db
from lms.kernel.work import arm_from
from tests.conftest import HandClock
from tests.cuts import end_of, in_a_process
from tests.make import batches as make
from tests.make import credentials as people

Begin = Callable[..., Any]
PEOPLE = 6
POWER_CUT = 137
POINTS = [
    (f"{point}:{nth}", at_once)
    for point in (
        "batch.issued",
        "batch.written",
        "credentials.printed",
        "credentials.written",
        "work.before_commit",
        "work.after_commit",
    )
    for nth, at_once in ((1, PEOPLE), (3, 2))
]
"""Where a process dies, at which passing, and how many lines it does at once."""
CHANCES = int(os.environ.get("LMS_KILLS", "24")) // 8


@pytest.fixture
def batch_id(app: Flask, begin: Begin) -> UUID:
    """A started batch of a few who have earned it."""
    with begin() as work:
        there = people.association(work)
        make.graduates(work, there, PEOPLE)
        return make.started(work, there)


def run(app: Flask, clock: HandClock) -> None:
    job.run(clock, {**app.extensions["lms.ports"], Printer: people.PLAIN})


def hold(batch_id: UUID) -> int:
    """Check that what is counted, written and issued agree; say how many are issued."""
    session = db.session()
    batch = session.get_one(IssueBatch, batch_id)
    rows = session.scalars(select(IssueLine).where(IssueLine.batch_id == batch_id))
    done = [row.certificate_id for row in rows if row.state is LineState.ISSUED]
    serials = sorted(session.scalars(select(Certificate.serial)))
    standings = session.scalar(select(func.count()).select_from(CertificateStanding))
    held = set(session.scalars(select(CertificateFile.certificate_id)))
    assert serials == list(range(1, len(serials) + 1))
    assert len(set(done)) == len(done) == batch.issued == len(serials) == standings
    assert held == set(done)
    assert not [v for v in evidence.verify_all(session) if not v.intact]
    state = batch.state
    db.session.remove()
    assert (state is BatchState.DONE) <= (len(done) == PEOPLE)
    return len(done)


def goes_on(app: Flask, clock: HandClock, batch_id: UUID) -> None:
    """Let the next process take it up when the lease is over, and look again."""
    clock.pass_seconds(31)
    run(app, clock)
    assert hold(batch_id) == PEOPLE
    assert db.session.get_one(IssueBatch, batch_id).state is BatchState.DONE


@pytest.mark.parametrize(("point", "at_once"), POINTS)
def test_killed_at_a_named_place_it_goes_on_and_nothing_comes_twice(
    app: Flask,
    clock: HandClock,
    batch_id: UUID,
    monkeypatch: pytest.MonkeyPatch,
    point: str,
    at_once: int,
) -> None:
    monkeypatch.setattr(job, "AT_ONCE", at_once)

    def do() -> None:
        arm_from(point)
        run(app, clock)

    assert end_of(in_a_process(do)) == POWER_CUT

    assert hold(batch_id) < PEOPLE
    goes_on(app, clock, batch_id)


@pytest.mark.parametrize("chance", range(CHANCES))
def test_killed_at_any_moment_it_goes_on_and_nothing_comes_twice(
    app: Flask,
    clock: HandClock,
    batch_id: UUID,
    monkeypatch: pytest.MonkeyPatch,
    chance: int,
) -> None:
    monkeypatch.setattr(job, "AT_ONCE", 2)

    def do() -> None:
        # Nobody listens for it: the kernel ends the process where it stands.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, random.Random(chance).uniform(0.01, 0.4))
        run(app, clock)

    assert end_of(in_a_process(do)) in {0, -signal.SIGALRM}

    hold(batch_id)
    goes_on(app, clock, batch_id)


def test_two_processes_share_a_batch_and_no_person(
    app: Flask,
    clock: HandClock,
    begin: Begin,
    batch_id: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(job, "AT_ONCE", 2)
    with begin() as work:
        assert batches.take(work, batch_id, job.me())
    ports = {**app.extensions["lms.ports"], Printer: people.PLAIN}

    both = [
        in_a_process(lambda: job.help_with(clock, ports, batch_id, os.getppid()))
        for _each in range(2)
    ]

    assert [end_of(child) for child in both] == [0, 0]
    assert hold(batch_id) == PEOPLE


def test_a_helper_whose_parent_is_gone_does_nothing(
    app: Flask, clock: HandClock, begin: Begin, batch_id: UUID
) -> None:
    with begin() as work:
        batches.take(work, batch_id, job.me())

    job.help_with(clock, app.extensions["lms.ports"], batch_id, parent=1 << 22)

    assert hold(batch_id) == 0
