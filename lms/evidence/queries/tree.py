"""Read the tree: checkpoints, proofs and tiles, for anybody who wants to check."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from lms.evidence.models import (
    EvidenceCheckpoint,
    EvidenceKey,
    EvidenceLeaf,
    EvidenceLine,
    EvidenceNode,
)
from lms.evidence.rules import merkle
from lms.evidence.rules.merkle import HEIGHT, WIDTH, Read
from lms.kernel.errors import NotFound

_LINES = EvidenceLine.__table__
_LEAVES = EvidenceLeaf.__table__
_NODES = EvidenceNode.__table__
_CHECKPOINTS = EvidenceCheckpoint.__table__


@dataclass(frozen=True, slots=True)
class CheckpointCard:
    """A checkpoint to show. `note` is the signed text."""

    size: int
    root: bytes
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class KeyCard:
    """A key that has sealed the book. Shape: `text` is name+id+key."""

    text: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands in the tree, and the first checkpoint that covers it."""

    place: int
    hash: bytes
    checkpoint: CheckpointCard


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A proof that a leaf stands at its place under a root."""

    place: int
    leaf: bytes
    size: int
    root: bytes
    proof: tuple[bytes, ...]


def newest_row(session: Session) -> EvidenceCheckpoint | None:
    """Give the newest checkpoint with its marks, for who seals or checks."""
    return session.scalar(
        select(EvidenceCheckpoint).order_by(_CHECKPOINTS.c.size.desc()).limit(1)
    )


def checkpoint(session: Session) -> CheckpointCard | None:
    """Give the newest checkpoint; None before the first sealing."""
    found = session.execute(_cards().limit(1)).first()
    return _card(found) if found else None


def checkpoint_of(session: Session, size: int) -> CheckpointCard | None:
    """Give the checkpoint of a size; None where none was signed."""
    asked = _cards().where(_CHECKPOINTS.c.size == size)
    found = session.execute(asked).first()
    return _card(found) if found else None


def checkpoints(
    session: Session, *, before: int | None = None, limit: int = 50
) -> tuple[CheckpointCard, ...]:
    """List checkpoints, newest first, those smaller than `before`."""
    asked = _cards().limit(limit)
    if before is not None:
        asked = asked.where(_CHECKPOINTS.c.size < before)
    return tuple(_card(row) for row in session.execute(asked))


def keys(session: Session) -> tuple[KeyCard, ...]:
    """List every key that has sealed the book, the newest first."""
    table = EvidenceKey.__table__
    rows = session.execute(
        select(table.c.text, table.c.since).order_by(table.c.since.desc())
    )
    return tuple(KeyCard(row.text, row.since) for row in rows)


def place_of(session: Session, stream: str, n: int) -> Place | None:
    """Say where a line stands in the tree; None while it waits to be sealed."""
    found = session.execute(
        select(_LEAVES.c.place, _LEAVES.c.hash)
        .join(_LINES, _LINES.c.seq == _LEAVES.c.line_seq)
        .where(_LINES.c.stream == stream, _LINES.c.n == n)
    ).first()
    if found is None:
        return None
    covers = session.execute(
        select(
            _CHECKPOINTS.c.size,
            _CHECKPOINTS.c.root,
            _CHECKPOINTS.c.at,
            _CHECKPOINTS.c.note,
        )
        .where(_CHECKPOINTS.c.size > found.place)
        .order_by(_CHECKPOINTS.c.size)
        .limit(1)
    ).one()
    return Place(found.place, bytes(found.hash), _card(covers))


def inclusion(session: Session, place: int, size: int | None = None) -> Inclusion:
    """Prove that a leaf stands in the tree of a size; the newest when none is named.

    Raises: NotFound where the tree holds no such leaf or never had such a size.
    """
    size = _sealed(session) if size is None else _within(session, size)
    if not 0 <= place < size:
        raise NotFound("transparency.unknown")
    read = reader(session)
    return Inclusion(
        place,
        read(0, place, 1)[0],
        size,
        merkle.root(read, size),
        tuple(merkle.inclusion(read, place, size)),
    )


def inclusions(session: Session, stream: str, size: int) -> Iterator[Inclusion]:
    """Prove every line of a stream that stands in the tree of a size.

    Raises: NotFound where the tree never had such a size.
    """
    size = _within(session, size)
    read = reader(session)
    top = merkle.root(read, size)
    places = select(_LEAVES.c.place, _LEAVES.c.hash).join(
        _LINES, _LINES.c.seq == _LEAVES.c.line_seq
    )
    of_stream = places.where(_LINES.c.stream == stream, _LEAVES.c.place < size)
    for place, leaf in session.execute(of_stream.order_by(_LEAVES.c.place)).all():
        proof = tuple(merkle.inclusion(read, place, size))
        yield Inclusion(place, bytes(leaf), size, top, proof)


def consistency(session: Session, old: int, new: int) -> tuple[bytes, ...]:
    """Prove that the tree of one size begins with that of a smaller one.

    Raises: NotFound for sizes that the tree never had.
    """
    if not 0 < old <= _within(session, new):
        raise NotFound("transparency.unknown")
    return tuple(merkle.consistency(reader(session), old, new))


def tile(session: Session, level: int, number: int, width: int) -> bytes:
    """Give a tile's hashes, one after the other, as far as they are whole.

    Raises: NotFound where the tree has not grown so far.
    """
    whole = _sealed(session) >> HEIGHT * level
    if not (0 < width <= WIDTH and number * WIDTH + width <= whole):
        raise NotFound("transparency.unknown")
    return b"".join(reader(session)(level, number * WIDTH, width))


def reader(session: Session) -> Read:
    """Read kept hashes, by whole tiles; one proof asks for the same tile often."""
    kept: dict[tuple[int, int], list[bytes]] = {}

    def _read(level: int, first: int, count: int) -> Sequence[bytes]:
        number, start = divmod(first, WIDTH)
        if (level, number) not in kept:
            kept[level, number] = _tile(session, level, number)
        found = kept[level, number][start : start + count]
        if len(found) < count:
            raise NotFound("transparency.unknown")
        return found

    return _read


def _tile(session: Session, level: int, number: int) -> list[bytes]:
    first = number * WIDTH
    if level == 0:
        asked = (
            select(_LEAVES.c.hash)
            .where(_LEAVES.c.place >= first, _LEAVES.c.place < first + WIDTH)
            .order_by(_LEAVES.c.place)
        )
    else:
        asked = (
            select(_NODES.c.hash)
            .where(
                _NODES.c.level == level,
                _NODES.c.number >= first,
                _NODES.c.number < first + WIDTH,
            )
            .order_by(_NODES.c.number)
        )
    return [bytes(value) for value in session.scalars(asked)]


def _sealed(session: Session) -> int:
    """Count the sealed lines."""
    asked = select(_CHECKPOINTS.c.size).order_by(_CHECKPOINTS.c.size.desc()).limit(1)
    return session.scalar(asked) or 0


def _within(session: Session, size: int) -> int:
    if size > _sealed(session):
        raise NotFound("transparency.unknown")
    return size


def _cards() -> Select[int, bytes, datetime, str]:
    return select(
        _CHECKPOINTS.c.size, _CHECKPOINTS.c.root, _CHECKPOINTS.c.at, _CHECKPOINTS.c.note
    ).order_by(_CHECKPOINTS.c.size.desc())


def _card(row: Row[Any, Any, Any, Any]) -> CheckpointCard:
    return CheckpointCard(row.size, bytes(row.root), row.at, row.note)
