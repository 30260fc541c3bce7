"""Grow the tree again from its leaves, and hold it against all that was signed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from typing import Any

from sqlalchemy import Connection, Row, bindparam, text

from lms.evidence.models import EvidenceCheckpoint
from lms.evidence.rules.findings import Fault, Finding, Report
from lms.evidence.rules.merkle import Growing, Node
from lms.evidence.rules.notes import Key, Note, notes_in, read_key

_PORTION = 10_000
_LEAVES = text(
    "SELECT place, hash FROM evidence_leaves WHERE place >= :first "
    "ORDER BY place LIMIT :most"
)
_NODES = text("SELECT level, number, hash FROM evidence_nodes")
_KEYS = text("SELECT text FROM evidence_keys")
_CHECKPOINTS = EvidenceCheckpoint.__table__
_OWN = (
    _CHECKPOINTS.select()
    .where(_CHECKPOINTS.c.size > bindparam("after"))
    .order_by(_CHECKPOINTS.c.size)
    .limit(bindparam("most"))
)
_LOST = text(
    "SELECT min(f.place) FROM evidence_leaves f WHERE NOT EXISTS "
    "(SELECT 1 FROM evidence_lines l WHERE l.seq = f.line_seq)"
)
_NAME = text(
    "SELECT l.stream, l.n FROM evidence_leaves f "
    "JOIN evidence_lines l ON l.seq = f.line_seq "
    "WHERE f.place >= :place ORDER BY f.place LIMIT 1"
)


@dataclass(slots=True)
class _Mark:
    """A size at which somebody signed a root: in the book, or kept outside."""

    size: int
    root: bytes
    fault: Fault
    note: Note | None
    row: Row[Any] | None = None


@dataclass(slots=True)
class _Regrown:
    """The tree as it grows again, with what is left to compare."""

    nodes: dict[tuple[int, int], bytes]
    marks: Iterator[_Mark]
    keys: tuple[Key, ...]
    ahead: _Mark | None
    growing: Growing = field(default_factory=Growing)
    good: int = 0
    """The largest size whose root was as signed."""
    checkpoints: int = 0


def check_tree(
    connection: Connection, report: Report, outside: Sequence[Note]
) -> Finding | None:
    """Compare leaves, nodes, roots and signatures; name the first that is wrong."""
    regrown = _begin(connection, outside)
    finding = _strangers(regrown, outside) or _grow(connection, regrown)
    report.leaves = regrown.growing.size
    report.checkpoints = regrown.checkpoints
    if finding is None and outside:
        report.covered = max(note.checkpoint.size for note in outside)
    return finding


def _begin(connection: Connection, outside: Sequence[Note]) -> _Regrown:
    nodes = {
        (row.level, row.number): bytes(row.hash) for row in connection.execute(_NODES)
    }
    keys = tuple(
        key for line in connection.scalars(_KEYS) if (key := read_key(line)) is not None
    )
    kept = [
        _Mark(note.checkpoint.size, note.checkpoint.root, Fault.REWRITTEN, note)
        for note in sorted(outside, key=lambda note: note.checkpoint.size)
    ]
    # The book's own come first: they narrow where a rewrite began.
    marks = merge(
        _own(connection), kept, key=lambda mark: (mark.size, mark.row is None)
    )
    return _Regrown(nodes, marks, keys, next(marks, None))


def _own(connection: Connection) -> Iterator[_Mark]:
    """Read the book's own checkpoints, by portions."""
    after = -(1 << 63)
    while True:
        bound = {"after": after, "most": _PORTION}
        rows = connection.execute(_OWN, bound).all()
        if not rows:
            return
        yield from map(_inside, rows)
        after = rows[-1].size


def _inside(row: Row[Any]) -> _Mark:
    notes = notes_in(row.note)
    note = notes[0] if len(notes) == 1 and notes[0].text == row.note else None
    return _Mark(row.size, bytes(row.root), Fault.ROOT, note, row)


def _strangers(regrown: _Regrown, outside: Iterable[Note]) -> Finding | None:
    """Refuse a checkpoint from outside that this house never signed."""
    for note in outside:
        if not note.signed_by(regrown.keys):
            return Finding(Fault.STRANGER, places=(0, max(1, note.checkpoint.size)))
    return None


def _grow(connection: Connection, regrown: _Regrown) -> Finding | None:
    while True:
        first = regrown.growing.size
        bound = {"first": first, "most": _PORTION}
        rows = connection.execute(_LEAVES, bound).all()
        for place, hashed in rows:
            finding = _add(connection, regrown, place, hashed)
            if finding:
                return finding
        if len(rows) < _PORTION:
            return _at_end(connection, regrown)


def _add(
    connection: Connection, regrown: _Regrown, place: int, hashed: bytes
) -> Finding | None:
    """Add one leaf, and judge what became whole or was signed at this size."""
    growing = regrown.growing
    if place != growing.size:
        return _named(connection, Fault.PLACE, growing.size, place)
    made = growing.push(hashed)
    if made and (wrong := _wrong_node(regrown, made)):
        first, width = wrong
        return _named(connection, Fault.NODE, first, first + width)
    while (mark := regrown.ahead) and mark.size <= growing.size:
        fault = _judge(regrown, mark)
        if fault:
            until = max(mark.size, regrown.good + 1)
            return _named(connection, fault, regrown.good, until)
        regrown.good = mark.size
        regrown.checkpoints += mark.row is not None
        regrown.ahead = next(regrown.marks, None)
    return None


def _wrong_node(regrown: _Regrown, made: Iterable[Node]) -> tuple[int, int] | None:
    """Give the first leaf and the width of a node that is kept otherwise."""
    for node in made:
        if regrown.nodes.pop((node.level, node.number), None) != node.hash:
            width = 256**node.level
            return node.number * width, width
    return None


def _judge(regrown: _Regrown, mark: _Mark) -> Fault | None:
    """Hold one signed root against the tree of its size."""
    growing = regrown.growing
    if mark.size != growing.size or mark.root != growing.root():
        return mark.fault
    if mark.row is None:
        return None
    if mark.note is None:
        return Fault.NOTE
    told, row = mark.note.checkpoint, mark.row
    if (told.size, told.root, told.at) != (row.size, bytes(row.root), row.at):
        return Fault.NOTE
    return None if mark.note.signed_by(regrown.keys) else Fault.SIGNATURE


def _at_end(connection: Connection, regrown: _Regrown) -> Finding | None:
    """Ask what the tree should have held, and does not."""
    size = regrown.growing.size
    if (mark := regrown.ahead) is not None:
        fault = Fault.SHORT if mark.row is None else mark.fault
        return _named(connection, fault, size, max(mark.size, size + 1))
    if regrown.nodes:
        level, number = min(regrown.nodes)
        first = number * 256**level
        return _named(connection, Fault.NODE, first, first + 256**level)
    if regrown.good != size:
        return _named(connection, Fault.UNCOVERED, regrown.good, size)
    return None


def check_lost(connection: Connection, placed: int, leaves: int) -> Finding | None:
    """Ask for lines that the tree holds, and the book no longer has."""
    if placed == leaves:
        return None
    lost = connection.scalar(_LOST) or 0
    return Finding(Fault.MISSING, places=(lost, lost + 1))


def _named(connection: Connection, fault: Fault, first: int, until: int) -> Finding:
    """Name the first line that a fault of the tree may concern."""
    line = connection.execute(_NAME, {"place": first}).first()
    if line is None:
        return Finding(fault, places=(first, until))
    return Finding(fault, line.stream, line.n, (first, until))
