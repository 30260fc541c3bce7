"""The book on a real database: chained, ordered, unchangeable."""

from functools import partial
from random import Random

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from lms.evidence import queries, services
from lms.hours import services as hours
from lms.kernel.credit import Credit
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.policy.model import Specialty, Track
from tests.conftest import HandClock
from tests.races import failures, tried


def write(work: Work, count: int, stream: str = "person:1") -> None:
    for i in range(count):
        services.note(work, stream, "hours.posted", credit=i, source=f"study:{i}")


def test_lines_are_numbered_within_their_stream(work: Work) -> None:
    write(work, 3)
    assert services.note(work, "order:7", "order.paid") == 1
    assert services.note(work, "person:1", "hours.posted") == 4

    assert queries.verify(work.session, "person:1").lines == 4
    assert all(verdict.intact for verdict in queries.verify_all(work.session))


def test_the_newest_line_comes_first(work: Work) -> None:
    write(work, 3)

    assert [card.n for card in queries.lines(work.session, "person:1")] == [3, 2, 1]


@pytest.mark.parametrize("table", ["evidence_lines", "hours_entries"])
@pytest.mark.parametrize("act", ["UPDATE {} SET seq = seq + 1", "DELETE FROM {}"])
def test_the_books_refuse_change(work: Work, table: str, act: str) -> None:
    write(work, 1)
    _entry(work)

    with (
        pytest.raises(DBAPIError, match="append-only"),
        work.session.begin_nested(),
    ):
        work.session.execute(text(act.format(table)))


def _entry(work: Work) -> None:
    hours.post(
        work,
        PersonId(new_id()),
        specialty=Specialty.BUILDING,
        track=Track.REQUIRED,
        credit=Credit(100),
        association_id=AssociationId(new_id()),
        source="study:x",
    )


def force(session: Session, statement: str) -> None:
    """Change the book as only the machine's owner could: without its triggers."""
    if session.connection().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        for verb in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER IF EXISTS evidence_lines_no_{verb}"))
    session.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "bad"),
    [
        ("UPDATE evidence_lines SET facts = '{}' WHERE n = 3", 3),
        ("DELETE FROM evidence_lines WHERE n = 2", 2),
        ("DELETE FROM evidence_lines WHERE n = 5", 5),
        ("UPDATE evidence_lines SET n = n + 10 WHERE n > 3", 4),
    ],
)
def test_what_was_forced_is_found_and_named(
    work: Work, statement: str, bad: int
) -> None:
    write(work, 5)
    force(work.session, statement)

    assert queries.verify(work.session, "person:1").bad_n == bad


def test_a_head_without_lines_is_a_cut_tail(work: Work) -> None:
    write(work, 2)
    force(work.session, "DELETE FROM evidence_lines")

    verdict = queries.verify(work.session, "person:1")

    assert (verdict.bad_n, verdict.fault) == (1, "tail")


# -- many lines at once ----------------------------------------------------------------


def noted(stream: str, n: int, *, new: bool = False) -> services.Noted:
    return services.Noted(stream, "hours.posted", {"credit": n}, new=new)


def test_many_lines_at_once_are_chained_as_if_each_were_written_alone(
    work: Work,
) -> None:
    write(work, 2)

    services.note_all(
        work,
        [
            noted("certificate:1", 1, new=True),
            noted("person:1", 1),
            noted("person:2", 2),
            noted("certificate:1", 2, new=True),
            noted("person:1", 3),
        ],
    )
    write(work, 1, "certificate:1")
    write(work, 1)

    counts = {one.stream: one.lines for one in queries.verify_all(work.session)}
    assert counts == {"certificate:1": 3, "person:1": 5, "person:2": 1}
    assert all(one.intact for one in queries.verify_all(work.session))


def test_a_stream_that_is_not_new_is_never_begun_again(work: Work) -> None:
    write(work, 1)

    with pytest.raises(IntegrityError), work.session.begin_nested():
        services.note_all(work, [noted("person:1", 1, new=True)])

    assert queries.verify(work.session, "person:1").lines == 1


def test_two_who_write_to_the_same_streams_in_any_order_wait_for_each_other(
    app: Flask, clock: HandClock
) -> None:
    streams = [f"person:{n}" for n in range(8)]

    def write_on(seed: int) -> None:
        dice = Random(seed)
        for turn in range(6):
            some = dice.sample(streams, 6)
            with unit_of_work(HOUSE, clock=clock) as work:
                services.note_all(work, [noted(one, turn) for one in some])

    got = tried(app, [partial(write_on, seed) for seed in range(4)])

    assert not failures(got)
    found = queries.verify_all(db.session())
    assert sum(one.lines for one in found) == 4 * 6 * 6
    assert all(one.intact for one in found)
    db.session.remove()
