"""A walk through the whole book finds what was done to it, and names the place."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Connection, text

from lms.evidence import queries, services
from lms.evidence.rules.findings import Fault, Finding, Report
from lms.evidence.rules.notes import Note, notes_in
from lms.gateways.seal import Ed25519Sealer
from lms.kernel.work import Work
from tests.conftest import HandClock, work_at
from tests.evidence import tampering
from tests.evidence.tampering import ACTS, Clerk, disarm

SEALER = Ed25519Sealer(bytes(range(32)), "lms.example.cn/transparency")
TODAY = date(2026, 11, 21)
TIMES = int(os.environ.get("LMS_TEST_TAMPERING", "600"))


@pytest.fixture
def book(work: Work, clock: HandClock) -> Work:
    """Twelve streams, four sealings, a body now and then, a tail still loose."""
    chance = random.Random(20261121)
    for portion in (40, 90, 130, 60):
        clock.pass_seconds(60)
        later = work_at(work, clock)
        write(later, chance, portion)
        assert services.seal(later, SEALER)
    write(work_at(work, clock), chance, 15)
    return work


def write(work: Work, chance: random.Random, count: int) -> None:
    for i in range(count):
        stream = f"person:{chance.randrange(12)}"
        body = {"answers": [i, chance.random()]} if chance.random() < 0.1 else None
        services.note(work, stream, "hours.posted", body, credit=chance.random())


@pytest.fixture
def connection(book: Work) -> Connection:
    found = book.session.connection()
    disarm(found)
    return found


def outside(connection: Connection) -> Note:
    """What a witness kept: the checkpoint before the newest."""
    words = connection.scalars(
        text("SELECT note FROM evidence_checkpoints ORDER BY size DESC LIMIT 2")
    ).all()
    (note,) = notes_in(words[1])
    return note


def check(connection: Connection, *notes: Note) -> Report:
    return queries.check(connection, TODAY, notes)


def test_a_whole_book_is_intact_to_its_last_body(connection: Connection) -> None:
    kept = outside(connection)

    report = check(connection, kept)

    assert report.finding is None
    assert (report.lines, report.streams) == (336, 13)
    assert (report.leaves, report.checkpoints) == (321, 4)
    assert report.covered == kept.checkpoint.size == 261
    assert report.bodies > 10
    assert (report.gone, report.gone_early) == (0, 0)


@pytest.mark.parametrize("part", range(6))
def test_every_act_against_the_book_is_found(connection: Connection, part: int) -> None:
    """`LMS_TEST_TAMPERING=10000` plays ten thousand."""
    kept = outside(connection)
    chance = random.Random(part)
    missed: list[str] = []
    for _ in range(TIMES // 6):
        act = chance.choice(ACTS)
        with connection.begin_nested() as before:
            act(Clerk(connection, chance, kept.checkpoint.size, SEALER))
            if check(connection, kept).intact:
                missed.append(act.__name__)
            before.rollback()

    assert missed == []
    assert check(connection, kept).intact


@pytest.mark.parametrize("act", [tampering.rewrite_everything, tampering.cut_the_tail])
def test_without_a_checkpoint_outside_a_whole_rewrite_is_not_found(
    connection: Connection, act: Callable[[Clerk], None]
) -> None:
    """The control: who holds machine and key can lie to who kept nothing."""
    kept = outside(connection)
    chance = random.Random(2)
    act(Clerk(connection, chance, kept.checkpoint.size, SEALER))

    assert check(connection).intact
    found = check(connection, kept).finding
    assert found
    assert found.fault in {Fault.REWRITTEN, Fault.SHORT}


def test_a_rewrite_after_the_checkpoint_outside_is_not_found(
    connection: Connection,
) -> None:
    """What docs/evidence-format.md says: the tail has no witness yet."""
    kept = outside(connection)
    connection.execute(
        text(
            "UPDATE evidence_lines SET facts = '{}' WHERE seq = "
            "(SELECT line_seq FROM evidence_leaves WHERE place = :place)"
        ),
        {"place": kept.checkpoint.size + 5},
    )
    clerk = Clerk(connection, random.Random(1), kept.checkpoint.size, SEALER)
    tampering.chain(clerk)
    tampering.plant(clerk)

    assert check(connection, kept).intact


def test_the_first_bad_record_is_named(connection: Connection) -> None:
    connection.execute(
        text(
            "UPDATE evidence_lines SET facts = '{}' WHERE stream = 'person:7' AND n = 9"
        )
    )

    found = check(connection).finding

    assert found == Finding(Fault.CONTENT, "person:7", 9)
    assert str(found) == "person:7 line 9: its content is not what was hashed"


def test_a_rewrite_is_narrowed_by_the_checkpoints_that_still_hold(
    connection: Connection,
) -> None:
    clerk = Clerk(connection, random.Random(3), 40, SEALER)
    line = connection.execute(
        text(
            "SELECT l.seq, l.stream, l.n FROM evidence_lines l JOIN evidence_leaves f "
            "ON f.line_seq = l.seq WHERE f.place = 100"
        )
    ).one()
    connection.execute(
        text("UPDATE evidence_lines SET facts = '{}' WHERE seq = :seq"),
        {"seq": line.seq},
    )
    connection.execute(
        text("DELETE FROM evidence_bodies WHERE line_seq = :seq"), {"seq": line.seq}
    )
    tampering.chain(clerk)
    tampering.plant(clerk, sign=False)

    found = check(connection).finding

    assert found
    assert found.fault is Fault.ROOT
    assert found.places == (41, 131)


def test_a_body_that_went_leaves_the_book_whole(connection: Connection) -> None:
    count = check(connection).bodies
    connection.execute(text("DELETE FROM evidence_bodies"))

    report = check(connection)

    assert report.intact
    assert (report.bodies, report.gone, report.gone_early) == (0, count, count)
    late = queries.check(connection, date(2033, 1, 1))
    assert (late.gone, late.gone_early) == (count, 0)


def test_a_checkpoint_that_this_house_never_signed_is_refused(
    connection: Connection,
) -> None:
    kept = outside(connection)
    forged = Note(kept.checkpoint, kept.signed, kept.signer, kept.key_id, bytes(64))

    found = check(connection, forged).finding

    assert found
    assert found.fault is Fault.STRANGER
