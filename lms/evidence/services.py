"""Write the book of evidence."""

from sqlalchemy import Connection, bindparam, insert, select, text, update

from lms.evidence.models import EvidenceHead, EvidenceLine
from lms.evidence.rules import START, Line, canonical, digest
from lms.kernel.work import Work

_HEAD = EvidenceHead.__table__

_READ_HEAD = (
    select(_HEAD.c.n, _HEAD.c.hash)
    .where(_HEAD.c.stream == bindparam("stream"))
    .with_for_update()
)
_OPEN_HEAD = text(
    "INSERT INTO evidence_heads (stream, n, hash) VALUES (:stream, 0, :hash) "
    "ON CONFLICT DO NOTHING"
)
_MOVE_HEAD = (
    update(EvidenceHead)
    .where(_HEAD.c.stream == bindparam("b_stream"))
    .values(n=bindparam("b_n"), hash=bindparam("b_hash"))
)
_ADD_LINE = insert(EvidenceLine)
_ADD_AND_MOVE = _MOVE_HEAD.add_cte(
    insert(EvidenceLine)
    .values({name: bindparam(f"b_{name}") for name in Line.__slots__})
    .cte("line")
)
"""Both in one trip, where the database can."""


def note(work: Work, stream: str, kind: str, **facts: object) -> int:
    """Append one line to a stream and give its number in it.

    The stream's head is locked first, so two writers cannot share a number. The facts
    are ids and codes; a personal value never comes here.
    """
    connection = work.session.connection()
    last_n, prev = _head(connection, stream)
    line = _line(work, stream, kind, canonical(facts), (last_n + 1, prev))
    named = {f"b_{name}": value for name, value in line.items()}
    if connection.dialect.name == "postgresql":
        connection.execute(_ADD_AND_MOVE, named)
    else:
        connection.execute(_ADD_LINE, line)
        connection.execute(_MOVE_HEAD, named)
    return last_n + 1


def _head(connection: Connection, stream: str) -> tuple[int, bytes]:
    found = connection.execute(_READ_HEAD, {"stream": stream}).first()
    if found is None:
        # Two writers may open one new stream: the second waits here, then reads.
        connection.execute(_OPEN_HEAD, {"stream": stream, "hash": START})
        found = connection.execute(_READ_HEAD, {"stream": stream}).one()
    return found.n, bytes(found.hash)


def _line(
    work: Work, stream: str, kind: str, facts: str, place: tuple[int, bytes]
) -> dict[str, object]:
    n, prev = place
    actor = work.actor
    bare = Line(
        stream=stream,
        n=n,
        at=work.now,
        kind=kind,
        account_id=actor.account_id,
        association_id=actor.association_id,
        facts=facts,
        prev=prev,
        hash=b"",
    )
    return {
        "stream": stream,
        "n": n,
        "at": work.now,
        "kind": kind,
        "account_id": actor.account_id,
        "association_id": actor.association_id,
        "facts": facts,
        "prev": prev,
        "hash": digest(bare),
    }
