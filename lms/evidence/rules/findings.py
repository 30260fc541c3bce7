"""What a walk through the whole book found."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What can be wrong with a record."""

    GAP = "gap"
    LINK = "link"
    CONTENT = "content"
    TAIL = "tail"
    LEAF = "leaf"
    UNSEALED = "unsealed"
    PLACE = "place"
    MISSING = "missing"
    NODE = "node"
    ROOT = "root"
    NOTE = "note"
    SIGNATURE = "signature"
    UNCOVERED = "uncovered"
    BODY = "body"
    SHORT = "short"
    REWRITTEN = "rewritten"
    STRANGER = "stranger"


WORDS = {
    Fault.GAP: "a line is missing before this one, or its number was changed",
    Fault.LINK: "it does not point to the line before it",
    Fault.CONTENT: "its content is not what was hashed",
    Fault.TAIL: "the stream's end is not where its head says",
    Fault.LEAF: "the tree holds another hash for it",
    Fault.UNSEALED: "it was put in among lines that are sealed",
    Fault.PLACE: "a place of the tree is empty",
    Fault.MISSING: "the tree holds a line that the book no longer has",
    Fault.NODE: "the tree's kept node is not that of its leaves",
    Fault.ROOT: "the checkpoint's root is not that of the lines",
    Fault.NOTE: "the checkpoint's signed text says something else",
    Fault.SIGNATURE: "the checkpoint's signature is not by a key of this house",
    Fault.UNCOVERED: "leaves stand in the tree that no checkpoint covers",
    Fault.BODY: "the body is not the one that the line tells of",
    Fault.SHORT: "the book is shorter than the checkpoint from outside",
    Fault.REWRITTEN: "the book is not the one of the checkpoint from outside",
    Fault.STRANGER: "the checkpoint from outside is not signed by a listed key",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """The first bad record.

    `stream` and `n` name a line; where the fault lies in the tree alone, they name
    the first line that it may concern, and `places` the range of the leaves.
    """

    fault: Fault
    stream: str | None = None
    n: int | None = None
    places: tuple[int, int] | None = None

    def __str__(self) -> str:
        """Say it in one sentence."""
        where = f"{self.stream} line {self.n}" if self.stream else "the tree"
        if self.places:
            where += f" (leaves {self.places[0]} to {self.places[1] - 1})"
        return f"{where}: {WORDS[self.fault]}"


@dataclass(slots=True)
class Report:
    """What was walked, and the first finding.

    `covered` is how many lines a checkpoint from outside fixes: beyond it, a whole
    rewrite cannot be told.
    `gone_early` bodies went before their time: an erasure that was asked for, or worse.
    """

    lines: int = 0
    streams: int = 0
    leaves: int = 0
    checkpoints: int = 0
    outside: int = 0
    covered: int = 0
    bodies: int = 0
    gone: int = 0
    gone_early: int = 0
    finding: Finding | None = None

    @property
    def intact(self) -> bool:
        """Say whether nothing is wrong."""
        return self.finding is None
