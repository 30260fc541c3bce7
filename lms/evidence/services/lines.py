"""Append lines to the book, with or without a body kept apart."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    bindparam,
    cast,
    insert,
    select,
    text,
    update,
)

from lms.evidence.models import EvidenceBody, EvidenceHead, EvidenceLine
from lms.evidence.rules import START, Line, body_bytes, body_digest, canonical, digest
from lms.kernel.clock import legal_day
from lms.kernel.work import Work
from lms.policy.retention import Record, rule_for

_HEAD = EvidenceHead.__table__

_READ_HEAD = (
    select(_HEAD.c.n, _HEAD.c.hash)
    .where(_HEAD.c.stream == bindparam("stream"))
    .with_for_update()
)
_KNOWN_HEADS = select(_HEAD.c.stream).where(
    _HEAD.c.stream.in_(bindparam("streams", expanding=True))
)
_HOLD_HEADS = (
    select(_HEAD.c.stream, _HEAD.c.n, _HEAD.c.hash)
    .where(_HEAD.c.stream.in_(bindparam("streams", expanding=True)))
    .order_by(_HEAD.c.stream)
    .with_for_update()
)
_OPEN_HEAD = text(
    "INSERT INTO evidence_heads (stream, n, hash) VALUES (:stream, 0, :hash) "
    "ON CONFLICT (stream) DO UPDATE SET n = evidence_heads.n RETURNING n, hash"
).columns(_HEAD.c.n, _HEAD.c.hash)
"""Open a stream, or read what somebody else has opened: either way its row is held."""

_NEW_HEADS = insert(EvidenceHead)
_OPEN_HEADS = text(
    "INSERT INTO evidence_heads (stream, n, hash) VALUES (:stream, :n, :hash) "
    "ON CONFLICT DO NOTHING"
)
_MOVE_HEAD = (
    update(EvidenceHead)
    .where(_HEAD.c.stream == bindparam("b_stream"))
    .values(n=bindparam("b_n"), hash=bindparam("b_hash"))
)
_ADD_LINE = insert(EvidenceLine)
_LINE = (
    insert(EvidenceLine)
    .values({name: bindparam(f"b_{name}") for name in Line.__slots__})
    .returning(EvidenceLine.__table__.c.seq)
    .cte("line")
)
_ADD_AND_MOVE = _MOVE_HEAD.add_cte(_LINE)
"""Both in one trip, where the database can."""

_ADD_BODY = insert(EvidenceBody)
_ADD_ALL = _ADD_AND_MOVE.add_cte(
    _ADD_BODY.from_select(
        ["line_seq", "salt", "body", "keep_until"],
        select(
            _LINE.c.seq,
            bindparam("b_salt", type_=EvidenceBody.__table__.c.salt.type),
            bindparam("b_body", type_=EvidenceBody.__table__.c.body.type),
            cast(bindparam("b_keep_until"), Date),
        ),
    ).cte("body")
)


def note(
    work: Work, stream: str, kind: str, body: object = None, **facts: object
) -> int:
    """Append one line to a stream and give its number in it.

    The stream's head is locked first, so two writers cannot share a number. The facts
    are ids and codes; a personal value never comes here. A body (bytes, or a value to
    be written as canonical JSON) is kept apart until its time is over; the line holds
    its digest for good. Whoever writes a personal body seals it first.
    """
    connection = work.session.connection()
    apart = _apart(work, body, facts) if body is not None else {}
    last_n, prev = _head(connection, stream)
    line = _line(work, stream, kind, canonical(facts), (last_n + 1, prev))
    named = {f"b_{name}": value for name, value in {**line, **apart}.items()}
    if connection.dialect.name == "postgresql":
        connection.execute(_ADD_ALL if apart else _ADD_AND_MOVE, named)
        return last_n + 1
    added = connection.execute(_ADD_LINE, line)
    connection.execute(_MOVE_HEAD, named)
    if apart:
        seq = added.lastrowid
        connection.execute(_ADD_BODY, {"line_seq": seq, **apart})
    return last_n + 1


@dataclass(frozen=True, slots=True)
class Noted:
    """A line to be written with others. The facts are ids and codes.

    The stream is `new` where nobody can have begun it: its name was made in this work.
    """

    stream: str
    kind: str
    facts: Mapping[str, object]
    new: bool = False


def note_all(work: Work, notes: Sequence[Noted]) -> list[int]:
    """Append many lines, as `note` does each, in a few trips; give their numbers.

    The heads are locked in the order of their names, so that two who write to the same
    streams wait for one another in turn.

    Raises: IntegrityError where a stream was not new.
    """
    if not notes:
        return []
    connection = work.session.connection()
    heads = _heads(connection, sorted({one.stream for one in notes if not one.new}))
    begun, lines = tuple(heads), []
    for one in notes:
        last_n, prev = heads.get(one.stream, (0, START))
        place = last_n + 1, prev
        lines.append(_line(work, one.stream, one.kind, canonical(one.facts), place))
        heads[one.stream] = last_n + 1, lines[-1]["hash"]
    connection.execute(_ADD_LINE, lines)
    moved = [
        {"b_stream": stream, "b_n": heads[stream][0], "b_hash": heads[stream][1]}
        for stream in begun
    ]
    if moved:
        connection.execute(_MOVE_HEAD, moved)
    fresh = [
        {"stream": stream, "n": n, "hash": mark}
        for stream, (n, mark) in heads.items()
        if stream not in begun
    ]
    if fresh:
        connection.execute(_NEW_HEADS, fresh)
    return [line["n"] for line in lines]


def _apart(work: Work, body: object, facts: dict[str, object]) -> dict[str, object]:
    """Make a body ready to be kept, and put its digest among the facts."""
    raw, salt = body_bytes(body), os.urandom(16)
    today = legal_day(work.now)
    keep_until = rule_for(Record.EVIDENCE_BODY, today).last_day(today)
    facts["body"] = {"sha256": body_digest(salt, raw), "until": keep_until}
    return {"salt": salt, "body": raw, "keep_until": keep_until}


def _head(connection: Connection, stream: str) -> tuple[int, bytes]:
    found = connection.execute(_READ_HEAD, {"stream": stream}).first()
    if found is None:
        # Two writers may open one new stream: the second waits here, and reads.
        opened = {"stream": stream, "hash": START}
        found = connection.execute(_OPEN_HEAD, opened).one()
    return found.n, bytes(found.hash)


def _heads(
    connection: Connection, streams: Sequence[str]
) -> dict[str, tuple[int, bytes]]:
    """Hold the heads of many streams, given in their order; open those that are new."""
    if not streams:
        return {}
    # Opened before any is held: who holds some and then waits for one that somebody
    # else is opening could be waited for by them.
    known = set(connection.scalars(_KNOWN_HEADS, {"streams": streams}))
    rows = [
        {"stream": stream, "n": 0, "hash": START}
        for stream in streams
        if stream not in known
    ]
    if rows:
        connection.execute(_OPEN_HEADS, rows)
    held = connection.execute(_HOLD_HEADS, {"streams": streams})
    return {row.stream: (row.n, bytes(row.hash)) for row in held}


def _line(
    work: Work, stream: str, kind: str, facts: str, place: tuple[int, bytes]
) -> dict[str, Any]:
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
