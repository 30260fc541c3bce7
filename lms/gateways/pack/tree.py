"""Checks proofs of the tree on plain Python; set into the verifier of every pack."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


# --- from here on it is set into the verifier, which is a single file ---
def node(left: bytes, right: bytes) -> bytes:
    """Hash two children of the tree."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(
    leaf: bytes, place: int, size: int, path: Iterable[bytes], root: bytes
) -> bool:
    """Check that a leaf stands in a tree. RFC 9162, 2.1.3.2."""
    if not 0 <= place < size:
        return False
    number, last, value = place, size - 1, leaf
    for part in path:
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
    old: tuple[int, bytes], new: tuple[int, bytes], path: list[bytes]
) -> bool:
    """Check that the bigger tree begins with the smaller. RFC 9162, 2.1.4.2."""
    (old_size, old_root), (size, root) = old, new
    if old_size == size:
        return old == new and not path
    if not 0 < old_size < size or not path:
        return False
    parts = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    number, last = old_size - 1, size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    return both(parts, number, last) == (old_root, root)


def both(parts: list[bytes], number: int, last: int) -> tuple[bytes, bytes]:
    """Fold a proof into the old root and the new one; nothing where it is none."""
    before = after = parts[0]
    for part in parts[1:]:
        if last == 0:
            return b"", b""
        if number & 1 or number == last:
            before, after = node(part, before), node(part, after)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            after = node(after, part)
        number, last = number >> 1, last >> 1
    return (before, after) if last == 0 else (b"", b"")
