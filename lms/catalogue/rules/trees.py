"""The order of chapters and lessons, and how to tell that it moved. Pure."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from uuid import UUID

Tree = tuple[tuple[UUID, tuple[UUID, ...]], ...]
"""Chapters in their order, each with its lessons in theirs."""


def mark_of(tree: Iterable[tuple[UUID, Sequence[UUID]]]) -> str:
    """Name an order, so that who changes it can say which one they saw.

    >>> a, b = UUID(int=1), UUID(int=2)
    >>> mark_of([(a, [b])]) == mark_of([(a, [b])])
    True
    >>> mark_of([(a, []), (b, [])]) == mark_of([(b, []), (a, [])])
    False
    """
    lines = [f"{one.hex}:{','.join(each.hex for each in kept)}" for one, kept in tree]
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


def same_things(before: Tree, after: Tree) -> bool:
    """Tell whether an order holds what another held: nothing lost, nothing twice."""

    def parts(tree: Tree) -> tuple[list[UUID], list[UUID]]:
        chapters = sorted(chapter for chapter, _kept in tree)
        return chapters, sorted(one for _chapter, kept in tree for one in kept)

    return parts(before) == parts(after)


def moved(tree: Tree, lesson: UUID, *, up: bool) -> Tree:
    """Move a lesson by one place, over the edge of its chapter into the next one.

    >>> a, b, x, y = (UUID(int=n) for n in range(4))
    >>> moved(((a, (x, y)), (b, ())), x, up=False) == ((a, (y, x)), (b, ()))
    True
    >>> moved(((a, (x, y)), (b, ())), y, up=False) == ((a, (x,)), (b, (y,)))
    True
    >>> moved(((a, (x, y)), (b, ())), x, up=True) == ((a, (x, y)), (b, ()))
    True
    """
    rows = [(chapter, list(kept)) for chapter, kept in tree]
    at = next((n for n, (_chapter, kept) in enumerate(rows) if lesson in kept), None)
    if at is None:
        return tree
    kept = rows[at][1]
    place = kept.index(lesson)
    beside, step = (at - 1, -1) if up else (at + 1, 1)
    if 0 <= place + step < len(kept):
        kept.insert(place + step, kept.pop(place))
    elif 0 <= beside < len(rows):
        there = rows[beside][1]
        there.insert(len(there) if up else 0, kept.pop(place))
    return tuple((chapter, tuple(left)) for chapter, left in rows)
