"""Lines that come to sight late, as many writers on PostgreSQL let them."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from lms.evidence import queries, services
from lms.gateways.seal import Ed25519Sealer
from lms.kernel.db import db
from lms.kernel.work import HOUSE, Actor, Work
from tests.conftest import HandClock

SEALER = Ed25519Sealer(bytes(range(32)), "lms.example.cn/transparency")

TURNS = 240
"""A quarter of a second each: others' transactions on this server end meanwhile."""


def _seal(clock: HandClock) -> int:
    """Seal in a transaction of its own; give the lines that were new."""
    with db.engine.connect() as connection, connection.begin():
        session = Session(connection)
        sealed = services.seal(Work(session, clock(), Actor(None)), SEALER)
        session.flush()
        session.close()
        return sealed.lines if sealed else 0


def _note(connection: Connection, clock: HandClock, stream: str) -> None:
    session = Session(connection)
    services.note(Work(session, clock(), HOUSE), stream, "hours.posted")


@pytest.fixture
def postgresql(app: object) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer: its lines come to sight in order")


@pytest.mark.usefixtures("postgresql")
def test_a_line_of_a_slow_transaction_is_sealed_when_it_comes(
    clock: HandClock,
) -> None:
    with db.engine.connect() as slow, db.engine.connect() as quick:
        _note(slow, clock, "person:slow")
        for i in range(3):
            _note(quick, clock, f"person:{i}")
            quick.commit()
            # The slow line has a smaller number, and nobody sees it yet. The first
            # sealing writes a line about its key.
            assert _seal(clock) == (2 if i == 0 else 1)
        slow.commit()

    assert _seal(clock) == 1
    assert _seal(clock) == 0
    with db.engine.connect() as connection:
        report = queries.check(connection, clock().date())
        assert report.intact
        assert report.leaves == report.lines == 5
    # And a later look begins where all that was open has ended; on a server that
    # others share, theirs too.
    for _turn in range(TURNS):
        if _settled_after_one_more(clock):
            return
        time.sleep(0.25)
    pytest.fail("no later look begins where all had ended")


def _settled_after_one_more(clock: HandClock) -> bool:
    with db.engine.connect() as connection:
        _note(connection, clock, "person:later")
        connection.commit()
        assert _seal(clock) == 1
        asked = text("SELECT max(settled_seq) FROM evidence_checkpoints")
        return (connection.scalar(asked) or 0) >= 4


@pytest.mark.usefixtures("postgresql")
def test_a_restored_database_that_counts_anew_is_sealed_on(clock: HandClock) -> None:
    with db.engine.connect() as connection:
        _note(connection, clock, "person:1")
        connection.commit()
        assert _seal(clock) == 2
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(
            text("UPDATE evidence_checkpoints SET horizon = 1000000000000")
        )
        connection.execute(text("SET session_replication_role = origin"))
        connection.commit()
        for _ in range(3):
            clock.pass_days(1.1)
            _note(connection, clock, "person:1")
            connection.commit()
            assert _seal(clock) == 1
        assert queries.check(connection, clock().date()).intact
