"""The book on a real database: chained, ordered, unchangeable."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.evidence import queries, services
from lms.hours import services as hours
from lms.kernel.credit import Credit
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty, Track


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
