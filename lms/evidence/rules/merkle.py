"""The tree of RFC 6962 over the lines: roots, proofs, and how to check them.

A whole subtree of 256 leaves is kept as one node, 256 of those as one of the next
level. So a root or a proof needs a few rows, however long the book is.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

HEIGHT = 8
WIDTH = 1 << HEIGHT
EMPTY = hashlib.sha256(b"").digest()

Read = Callable[[int, int, int], Sequence[bytes]]
"""Gives kept hashes: level (0 is the leaves), first number, how many."""


def node(left: bytes, right: bytes) -> bytes:
    """Join two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Give the root over some hashes of one level."""
    row = list(hashes) or [EMPTY]
    while len(row) > 1:
        odd = [row[-1]] if len(row) % 2 else []
        row = [node(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)] + odd
    return row[0]


@dataclass(frozen=True, slots=True)
class Node:
    """The root of a whole subtree of 256 ** level leaves."""

    level: int
    number: int
    hash: bytes


@dataclass(slots=True)
class Growing:
    """A tree at its right edge: all that is needed to add leaves and know the root."""

    size: int = 0
    edge: list[bytes] = field(default_factory=list)
    """The whole subtrees that the size is made of, largest first."""

    def push(self, leaf: bytes) -> list[Node]:
        """Add a leaf; give the nodes that became whole by it."""
        made: list[Node] = []
        height, number, value = 0, self.size, leaf
        while number & 1:
            value = node(self.edge.pop(), value)
            number >>= 1
            height += 1
            if height % HEIGHT == 0:
                made.append(Node(height // HEIGHT, number, value))
        self.edge.append(value)
        self.size += 1
        return made

    def root(self) -> bytes:
        """Give the root over all leaves so far."""
        if not self.edge:
            return EMPTY
        value = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            value = node(left, value)
        return value


def grown(read: Read, size: int) -> Growing:
    """Take up a tree of this size where it was left."""
    edge, start = [], 0
    for height in reversed(range(size.bit_length())):
        if size >> height & 1:
            edge.append(_whole(read, height, start >> height))
            start += 1 << height
    return Growing(size, edge)


def root(read: Read, size: int) -> bytes:
    """Give the root that the tree had at a size."""
    return grown(read, size).root()


def inclusion(read: Read, place: int, size: int) -> list[bytes]:
    """Prove that a leaf stands at its place in the tree of a size."""
    proof, start, end = [], 0, size
    while end - start > 1:
        split = start + _split(end - start)
        if place < split:
            proof.append(_part(read, split, end))
            end = split
        else:
            proof.append(_part(read, start, split))
            start = split
    return proof[::-1]


def consistency(read: Read, old: int, new: int) -> list[bytes]:
    """Prove that the tree of the new size begins with that of the old one."""
    if old == 0:
        return []
    proof, start, end = [], 0, new
    while end != old:
        split = start + _split(end - start)
        if old <= split:
            proof.append(_part(read, split, end))
            end = split
        else:
            proof.append(_part(read, start, split))
            start = split
    if start:
        proof.append(_part(read, start, end))
    return proof[::-1]


def included(
    leaf: bytes, place: int, size: int, proof: Iterable[bytes], root: bytes
) -> bool:
    """Check a proof of inclusion. Source: RFC 9162 2.1.3.2."""
    if not 0 <= place < size:
        return False
    number, last, value = place, size - 1, leaf
    for part in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            value = node(part, value)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            value = node(value, part)
        number, last = number >> 1, last >> 1
    return last == 0 and value == root


def consistent(
    old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]
) -> bool:
    """Check a proof of consistency. Source: RFC 9162 2.1.4.2.

    Shape: `old` and `new` are (size, root).
    """
    size, root = old
    if size in {0, new[0]}:
        return not proof and (size == 0 or old == new)
    parts = [root, *proof] if size & (size - 1) == 0 else list(proof)
    if size > new[0] or not parts:
        return False
    number, last = size - 1, new[0] - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    return _both(parts, number, last) == (root, new[1])


def _both(parts: list[bytes], number: int, last: int) -> tuple[bytes, bytes] | None:
    """Fold a proof of consistency into the old root and the new one."""
    before = after = parts[0]
    for part in parts[1:]:
        if last == 0:
            return None
        if number & 1 or number == last:
            before, after = node(part, before), node(part, after)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            after = node(after, part)
        number, last = number >> 1, last >> 1
    return (before, after) if last == 0 else None


def _part(read: Read, start: int, end: int) -> bytes:
    """Hash the leaves from `start` to before `end`, as RFC 6962 splits them."""
    size = end - start
    height = (size - 1).bit_length()
    if size == 1 << height:
        return _whole(read, height, start >> height)
    split = start + _split(size)
    return node(_part(read, start, split), _part(read, split, end))


def _whole(read: Read, height: int, number: int) -> bytes:
    level, rest = divmod(height, HEIGHT)
    return fold(read(level, number << rest, 1 << rest))


def _split(size: int) -> int:
    """Give the largest power of two that is less than a size."""
    return 1 << (size - 1).bit_length() - 1
