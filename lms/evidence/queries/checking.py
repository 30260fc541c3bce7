"""Walk the whole book once: every line, the tree, the checkpoints, the bodies."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, TextClause, text

from lms.evidence.queries.growth import check_lost, check_tree
from lms.evidence.rules import START, RawLine, body_digest, quick_digest
from lms.evidence.rules.findings import Fault, Finding, Report
from lms.evidence.rules.notes import Note

_PORTION = 10_000
_FIRST = -(1 << 63)
_BEGIN = (0, START)
_BODY = '"body":{"sha256":"'
_UNTIL = '","until":"'
_DAY = 10

# Texts as they are hashed: the database writes them faster than objects are made.
_LINES = {
    "postgresql": text(
        "SELECT l.seq, l.stream, l.n, to_char(l.at AT TIME ZONE 'UTC',"
        ' \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\'), l.kind, CAST(l.account_id AS text),'
        " CAST(l.association_id AS text), l.facts, l.prev, l.hash, f.hash"
        " FROM evidence_lines l LEFT JOIN evidence_leaves f ON f.line_seq = l.seq"
        " AND f.line_seq > :after"
        " WHERE l.seq > :after ORDER BY l.seq LIMIT :most"
    ),
    "sqlite": text(
        "SELECT l.seq, l.stream, l.n,"
        " substr(l.at, 1, 10) || 'T' || substr(l.at, 12) || 'Z', l.kind,"
        " l.account_id, l.association_id, l.facts, l.prev, l.hash, f.hash"
        " FROM evidence_lines l LEFT JOIN evidence_leaves f ON f.line_seq = l.seq"
        " AND f.line_seq > :after"
        " WHERE l.seq > :after ORDER BY l.seq LIMIT :most"
    ),
}
_HEADS = text(
    "SELECT stream, n, hash FROM evidence_heads WHERE stream > :after "
    "ORDER BY stream LIMIT :most"
)
_BODIES = text(
    "SELECT b.line_seq, b.salt, b.body, b.keep_until, l.stream, l.n, l.facts "
    "FROM evidence_bodies b JOIN evidence_lines l ON l.seq = b.line_seq "
    "AND l.seq > :after "
    "WHERE b.line_seq > :after ORDER BY b.line_seq LIMIT :most"
)
_SETTLED = text(
    "SELECT settled_seq FROM evidence_checkpoints ORDER BY size DESC LIMIT 1"
)


@dataclass(slots=True)
class _Walk:
    """How far a walk has come. Shape: `heads` holds (n, hash) of each stream."""

    connection: Connection
    today: str
    settled: int
    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    placed: int = 0
    told: int = 0
    owed: int = 0


def check(connection: Connection, today: date, outside: Sequence[Note] = ()) -> Report:
    """Walk the book; the report names the first bad record.

    Memory grows with the streams, about 0.3 KB each. The connection must show one
    snapshot: lines that come in meanwhile are not for this walk.
    """
    report = Report(outside=len(outside))
    settled = connection.scalar(_SETTLED) or 0
    walk = _Walk(connection, today.isoformat(), settled)
    report.finding = (
        _check_lines(walk, report)
        or _check_heads(walk)
        or check_tree(connection, report, outside)
        or check_lost(connection, walk.placed, report.leaves)
        or _check_bodies(walk, report)
    )
    report.streams = len(walk.heads)
    return report


def _check_lines(walk: _Walk, report: Report) -> Finding | None:
    named = walk.connection.dialect.name == "postgresql"
    for rows in _portions(
        walk.connection, _LINES[walk.connection.dialect.name], _FIRST
    ):
        for row in rows:
            raw = row if named else _dashed(row)
            fault = _fault(walk, raw)
            if fault:
                return Finding(fault, row[1], row[2])
        report.lines += len(rows)
    return None


def _fault(walk: _Walk, row: Sequence[Any]) -> Fault | None:
    """Judge one line against the one before it in its stream, and its leaf."""
    stream, n, facts, prev, hashed, leaf = (
        row[1],
        row[2],
        row[7],
        row[8],
        row[9],
        row[10],
    )
    last_n, last = walk.heads.get(stream, _BEGIN)
    if n != last_n + 1:
        return Fault.GAP
    if prev != last:
        return Fault.LINK
    if quick_digest(cast("RawLine", row[1:9])) != hashed:
        return Fault.CONTENT
    if leaf == hashed:
        walk.placed += 1
    elif leaf is not None or row[0] <= walk.settled:
        return Fault.LEAF if leaf is not None else Fault.UNSEALED
    walk.heads[stream] = (n, hashed)
    if _BODY in facts:
        _tell(walk, facts)
    return None


def _tell(walk: _Walk, facts: str) -> None:
    """Count a line that tells of a body, and whether that should be here still."""
    walk.told += 1
    at = facts.find(_UNTIL) + len(_UNTIL)
    walk.owed += facts[at : at + _DAY] >= walk.today


def _dashed(row: Sequence[Any]) -> tuple[Any, ...]:
    """Write SQLite's bare UUIDs as they are hashed."""
    return (*row[:5], _uuid(row[5]), _uuid(row[6]), *row[7:])


def _uuid(bare: str | None) -> str | None:
    if bare is None:
        return None
    return f"{bare[:8]}-{bare[8:12]}-{bare[12:16]}-{bare[16:20]}-{bare[20:]}"


def _check_heads(walk: _Walk) -> Finding | None:
    """Compare where the streams end with where their heads say."""
    left = len(walk.heads)
    for rows in _portions(walk.connection, _HEADS, ""):
        for stream, n, hashed in rows:
            last = walk.heads.get(stream)
            if last != (n, bytes(hashed)) and (last or n):
                return Finding(Fault.TAIL, stream, (last or _BEGIN)[0] + 1)
            left -= last is not None
    if left:
        return Finding(Fault.TAIL, *_headless(walk))
    return None


def _headless(walk: _Walk) -> tuple[str, int]:
    """Name a stream whose head is gone."""
    known = {row[0] for rows in _portions(walk.connection, _HEADS, "") for row in rows}
    stream = min(walk.heads.keys() - known)
    return stream, walk.heads[stream][0] + 1


def _check_bodies(walk: _Walk, report: Report) -> Finding | None:
    due = 0
    for rows in _portions(walk.connection, _BODIES, _FIRST):
        for row in rows:
            told = json.loads(row.facts).get("body", {})
            if told.get("sha256") != body_digest(bytes(row.salt), bytes(row.body)):
                return Finding(Fault.BODY, row.stream, row.n)
            due += str(row.keep_until) >= walk.today
        report.bodies += len(rows)
    report.gone = walk.told - report.bodies
    report.gone_early = walk.owed - due
    return None


def _portions(
    connection: Connection, asked: TextClause, after: int | str
) -> Iterator[Sequence[Any]]:
    """Read by portions: no statement is long, and memory stays flat."""
    while True:
        bound = {"after": after, "most": _PORTION}
        rows = connection.execute(asked, bound).all()
        if not rows:
            return
        yield rows
        after = rows[-1][0]
