"""Find questions that say nearly the same, among many thousands.

A question is the set of its shingles, three characters each; likeness is the share of
shingles that two have in common (Jaccard). A text that is alike enough lacks at most so
many shingles of another, so it has some of its rarest ones: only those that do are
compared, and the answer is exact.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import TypeVar

ALIKE_PERCENT = 70
"""From here on two questions are shown side by side."""

SHINGLE = 3
SHARED = 4
"""How many of the rarest shingles two texts must share to be compared at all."""

Name = TypeVar("Name")


def shingles(words: str) -> frozenset[str]:
    """Cut a bare text into its overlapping pieces; a shorter text is one piece."""
    if len(words) <= SHINGLE:
        return frozenset({words})
    return frozenset(map("".join, zip(words, words[1:], words[2:], strict=False)))


def percent(one: frozenset[str], other: frozenset[str]) -> int:
    """Say how alike two sets of shingles are."""
    common = len(one & other)
    return 100 * common // max(1, len(one) + len(other) - common)


def pairs(
    old: Mapping[Name, str], new: Mapping[Name, str], least: int = ALIKE_PERCENT
) -> Iterator[tuple[Name, Name, int]]:
    """Find each new text that is like an old one or like another new one.

    Shape: (new, other, percent), each pair once.
    """
    if not new:
        return
    cut = {name: shingles(words) for name, words in {**old, **new}.items()}
    times = Counter(piece for pieces in cut.values() for piece in pieces)
    index: defaultdict[str, list[Name]] = defaultdict(list)
    for name in new:
        for other, told in _alike(name, index, cut, least):
            yield name, other, told
        for piece in _prefix(cut[name], times, least):
            index[piece].append(name)
    for name in old:
        for other, told in _alike(name, index, cut, least):
            yield other, name, told


def _alike(
    name: Name,
    index: Mapping[str, list[Name]],
    cut: Mapping[Name, frozenset[str]],
    least: int,
) -> Iterator[tuple[Name, int]]:
    """Compare a text with those of the index that it meets often enough."""
    pieces = cut[name]
    met: Counter[Name] = Counter()
    for piece in pieces:
        if piece in index:
            met.update(index[piece])
    for other, shared in met.items():
        if shared >= min(SHARED, _owed(cut[other], least)):
            found = _enough(pieces, cut[other], least)
            if found >= least:
                yield other, found


def _enough(one: frozenset[str], other: frozenset[str], least: int) -> int:
    small, large = sorted((len(one), len(other)))
    return percent(one, other) if 100 * small >= least * large else 0


def _owed(pieces: frozenset[str], least: int) -> int:
    """Say how many shingles another text must at least have in common with one."""
    return -(-least * len(pieces) // 100)


def _prefix(pieces: frozenset[str], times: Mapping[str, int], least: int) -> list[str]:
    """Give the rarest shingles, of which a like text must have `SHARED`."""
    owed = _owed(pieces, least)
    ordered = sorted(pieces, key=times.__getitem__)
    return ordered[: len(ordered) - owed + min(SHARED, owed)]


def like(words: str, others: Mapping[Name, str]) -> list[tuple[Name, int]]:
    """Compare one bare text with many, the most alike first."""
    own = shingles(words)
    # Whoever is like it lacks at most so many of its shingles, so has one of these.
    probes = sorted(own)[: len(own) - _owed(own, ALIKE_PERCENT) + 1]
    found = [
        (name, told)
        for name, other in others.items()
        if any(probe in other for probe in probes)
        and (told := _enough(own, shingles(other), ALIKE_PERCENT)) >= ALIKE_PERCENT
    ]
    return sorted(found, key=lambda one: -one[1])
