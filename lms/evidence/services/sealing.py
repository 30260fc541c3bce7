"""Seal the book: give new lines their places in the tree, and sign what it holds."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, bindparam, insert, select, text

from lms.evidence.models import (
    EvidenceCheckpoint,
    EvidenceKey,
    EvidenceLeaf,
    EvidenceLine,
    EvidenceNode,
)
from lms.evidence.ports import Sealer
from lms.evidence.queries import tree
from lms.evidence.rules.merkle import Growing, grown
from lms.evidence.rules.notes import Checkpoint, Note, body
from lms.evidence.services.lines import note
from lms.kernel.work import Work, fail_point

AT_ONCE = 20_000
"""Lines for one transaction."""

LONG_AGO = timedelta(days=1)
"""No transaction lasts so long."""

_LOCK_KEY = 0x7365616C
_ALL = 1 << 62
"""SQLite shows lines in order."""

_LINES = EvidenceLine.__table__
_LEAVES = EvidenceLeaf.__table__

_NEW = (
    select(_LINES.c.seq, _LINES.c.hash)
    .where(
        _LINES.c.seq > bindparam("settled"),
        # Both sides from the mark on: no plan walks the old part of the tree.
        ~select(1)
        .where(
            _LEAVES.c.line_seq == _LINES.c.seq,
            _LEAVES.c.line_seq > bindparam("settled"),
        )
        .exists(),
    )
    .order_by(_LINES.c.seq)
    .limit(bindparam("most"))
)
_ENDED = text(
    "SELECT seen_seq FROM evidence_checkpoints "
    "WHERE horizon <= CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text)"
    " AS bigint) OR at < :long_ago ORDER BY size DESC LIMIT 1"
)
_HORIZON = text(
    "SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)"
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one sealing did. `more` says that lines are waiting still."""

    note: Note
    lines: int
    more: bool


def seal(work: Work, sealer: Sealer, *, at_most: int = AT_ONCE) -> Sealed | None:
    """Seal the lines that are new; None when there are none.

    Costs what is new and a few rows, however long the book is. Lines come to sight
    out of order where many write at once: a line has its place from its sealing, and
    looking begins where every transaction had ended.
    """
    connection = work.session.connection()
    _alone(connection)
    newest = tree.newest_row(work.session)
    size, seen, settled = (
        (newest.size, newest.seen_seq, newest.settled_seq) if newest else (0, 0, 0)
    )
    ended = _ended(work)
    _know(work, sealer)
    lines = connection.execute(_NEW, {"settled": settled, "most": at_most}).all()
    if not lines:
        return None
    last, more = lines[-1].seq, len(lines) == at_most
    growing = grown(tree.reader(work.session), size)
    marks = {
        "horizon": _horizon(connection),
        "seen_seq": max(seen, last),
        # A full portion looked no farther than its last line.
        "settled_seq": max(settled, min(ended, last if more else max(seen, last))),
    }
    _plant(connection, growing, [(row.seq, bytes(row.hash)) for row in lines])
    signed = _sign(sealer, growing, work)
    _put(connection, signed, marks)
    fail_point("evidence.sealed")
    return Sealed(signed, len(lines), more)


def _alone(connection: Connection) -> None:
    """Let one seal at a time. SQLite's writer is alone anyhow."""
    if connection.dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:key)")
        connection.execute(lock, {"key": _LOCK_KEY})


def _ended(work: Work) -> int:
    """Name the newest line before which none can come to sight after this look."""
    connection = work.session.connection()
    if connection.dialect.name != "postgresql":
        return _ALL
    # A restored database counts transactions anew: then a day's age says as much.
    return connection.scalar(_ENDED, {"long_ago": work.now - LONG_AGO}) or 0


def _horizon(connection: Connection) -> int:
    """Name the next transaction: all that were under way are older."""
    if connection.dialect.name != "postgresql":
        return 0
    return int(connection.scalar(_HORIZON))


def _plant(
    connection: Connection, growing: Growing, lines: list[tuple[int, bytes]]
) -> None:
    leaves: list[tuple[int, int, bytes]] = []
    nodes: list[tuple[int, int, bytes]] = []
    for seq, hashed in lines:
        leaves.append((growing.size, seq, hashed))
        nodes += [(made.level, made.number, made.hash) for made in growing.push(hashed)]
    _write(connection, EvidenceLeaf, ("place", "line_seq", "hash"), leaves)
    if nodes:
        _write(connection, EvidenceNode, ("level", "number", "hash"), nodes)


def _write(
    connection: Connection,
    table: type[EvidenceLeaf | EvidenceNode],
    names: tuple[str, str, str],
    rows: list[tuple[int, int, bytes]],
) -> None:
    """Write many rows; PostgreSQL takes columns whole, five times as fast as rows."""
    if connection.dialect.name != "postgresql":
        made = [dict(zip(names, row, strict=True)) for row in rows]
        connection.execute(insert(table), made)
        return
    columns = dict(
        zip(("a", "b", "c"), map(list, zip(*rows, strict=True)), strict=True)
    )
    connection.execute(
        text(
            f"INSERT INTO {table.__tablename__} ({', '.join(names)}) SELECT * FROM "  # noqa: S608 - names of ours
            "unnest(CAST(:a AS bigint[]), CAST(:b AS bigint[]), CAST(:c AS bytea[]))"
        ),
        columns,
    )


def _put(connection: Connection, signed: Note, marks: dict[str, int]) -> None:
    checkpoint = signed.checkpoint
    row = {
        "size": checkpoint.size,
        "root": checkpoint.root,
        "at": checkpoint.at,
        "note": signed.text,
    }
    connection.execute(insert(EvidenceCheckpoint), {**row, **marks})


def _sign(sealer: Sealer, growing: Growing, work: Work) -> Note:
    key = sealer.key
    checkpoint = Checkpoint(key.name, growing.size, growing.root(), work.now)
    words = body(checkpoint)
    return Note(checkpoint, words, key.name, key.id, sealer.sign(words.encode()))


def _know(work: Work, sealer: Sealer) -> None:
    """List a key when it seals for the first time; the book tells of it too."""
    key = sealer.key.text
    known = select(EvidenceKey.text).where(EvidenceKey.text == key)
    if work.session.scalar(known) is None:
        row = {"text": key, "since": work.now}
        work.session.connection().execute(insert(EvidenceKey), row)
        note(work, "house:seal", "seal.key_added", key=key)
