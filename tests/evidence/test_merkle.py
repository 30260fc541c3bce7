"""The tree by itself, against RFC 6962's own words and a second implementation."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from lms.evidence.rules import merkle
from lms.evidence.rules.merkle import EMPTY, WIDTH, Growing, Read

ENTRIES = [str(i).encode() for i in range(1500)]
LEAVES = [hashlib.sha256(b"\x00" + entry).digest() for entry in ENTRIES]
SIZES = st.integers(1, len(LEAVES))


def rfc(leaves: Sequence[bytes]) -> bytes:
    """MTH as RFC 6962 2.1 writes it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    pair = b"\x01" + rfc(leaves[:half]) + rfc(leaves[half:])
    return hashlib.sha256(pair).digest()


def kept(leaves: Sequence[bytes]) -> Read:
    """Read from what a sealer would have kept: leaves, and nodes that are whole."""
    growing, rows = Growing(), {0: list(leaves)}
    for leaf in leaves:
        for node in growing.push(leaf):
            row = rows.setdefault(node.level, [])
            assert node.number == len(row)
            row.append(node.hash)

    def _read(level: int, first: int, count: int) -> Sequence[bytes]:
        found = rows[level][first : first + count]
        assert len(found) == count <= WIDTH
        return found

    return _read


READ = kept(LEAVES)
TREE = InmemoryTree()
TREE.append_entries(ENTRIES)


@given(st.integers(0, len(LEAVES)))
def test_the_root_is_that_of_the_standard_and_of_pymerkle(size: int) -> None:
    found = merkle.root(READ, size)

    assert found == rfc(LEAVES[:size]) == TREE.get_root(size)
    assert found == merkle.fold(LEAVES[:size])


@given(SIZES, st.data())
def test_pymerkle_agrees_that_a_leaf_is_in(size: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion(READ, place, size)
    root, theirs = TREE.get_root(size), TREE.prove_inclusion(place + 1, size)

    assert merkle.included(LEAVES[place], place, size, proof, root)
    assert theirs.path[1:] == proof
    verify_inclusion(LEAVES[place], merkle.root(READ, size), theirs)


@given(SIZES, st.data())
def test_pymerkle_agrees_that_a_tree_has_only_grown(
    new: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, new))
    proof = merkle.consistency(READ, old, new)
    roots = TREE.get_root(old), TREE.get_root(new)

    assert merkle.consistent((old, roots[0]), (new, roots[1]), proof)
    ours = merkle.root(READ, old), merkle.root(READ, new)
    verify_consistency(*ours, TREE.prove_consistency(old, new))


@given(SIZES, st.data())
def test_a_proof_of_something_else_does_not_hold(
    size: int, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion(READ, place, size)
    root, other = merkle.root(READ, size), hashlib.sha256(b"other").digest()
    assert not merkle.included(other, place, size, proof, root)
    assert not merkle.included(LEAVES[place], place, size, [*proof, other], root)
    assert not merkle.included(LEAVES[place], place, size, proof, other)
    assert not merkle.included(LEAVES[place], size, size, proof, root)
    for i in range(len(proof)):
        bent = [*proof[:i], other, *proof[i + 1 :]]
        assert not merkle.included(LEAVES[place], place, size, bent, root)
        assert not merkle.included(LEAVES[place], place, size, proof[:i], root)


@given(st.integers(2, len(LEAVES)), st.data())
def test_a_growth_that_was_none_is_not_proved(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new - 1))
    proof = merkle.consistency(READ, old, new)
    start, end = merkle.root(READ, old), merkle.root(READ, new)
    other = hashlib.sha256(b"other").digest()

    assert not merkle.consistent((old, other), (new, end), proof)
    assert not merkle.consistent((old, start), (new, other), proof)
    assert not merkle.consistent((old, start), (new, end), [*proof, other])
    assert not merkle.consistent((new, end), (old, start), proof)
    for i in range(len(proof)):
        bent = [*proof[:i], other, *proof[i + 1 :]]
        assert not merkle.consistent((old, start), (new, end), bent)
        assert not merkle.consistent((old, start), (new, end), proof[:i])


def test_the_same_tree_is_consistent_with_itself_alone() -> None:
    root = merkle.root(READ, 5)

    assert merkle.consistent((5, root), (5, root), [])
    assert not merkle.consistent((5, root), (5, EMPTY), [])
    assert merkle.consistent((0, EMPTY), (5, root), [])
    assert merkle.consistency(READ, 0, 5) == []


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 513, 1300])
def test_a_tree_grows_on_where_it_was_left(size: int) -> None:
    growing = merkle.grown(READ, size)
    for leaf in LEAVES[size : size + 130]:
        growing.push(leaf)

    assert growing.root() == rfc(LEAVES[: size + 130])


def test_a_large_tree_is_read_by_a_few_whole_tiles() -> None:
    """Five million leaves, most of them never looked at."""
    size, asked = 5_000_000, set[tuple[int, int]]()
    chance = random.Random(1)

    def read(level: int, first: int, count: int) -> Sequence[bytes]:
        asked.add((level, first // WIDTH))
        assert first % WIDTH + count <= WIDTH
        return [bytes([level]) * 32] * count

    for _ in range(20):
        asked.clear()
        merkle.inclusion(read, chance.randrange(size), size)
        assert len(asked) <= 6
