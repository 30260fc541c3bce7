"""How a line of evidence is written down and chained."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from json.encoder import encode_basestring
from uuid import UUID

START = bytes(32)
"""What the first line of a stream points back to."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is hashed. Shape: `facts` is canonical JSON text."""

    stream: str
    n: int
    at: datetime
    kind: str
    account_id: UUID | None
    association_id: UUID | None
    facts: str
    prev: bytes
    hash: bytes


RawLine = tuple[str, int, str, str, str | None, str | None, str, bytes]
"""A line in texts: stream, n, instant, kind, account, association, facts, prev."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a stream is whole. `bad_n` is the first line that is not."""

    stream: str
    lines: int
    bad_n: int | None = None
    fault: str | None = None

    @property
    def intact(self) -> bool:
        """Say whether nothing is wrong."""
        return self.bad_n is None


def canonical(value: object) -> str:
    """Write a value as the one JSON text that everybody would write.

    >>> canonical({"b": 1, "a": ["学时", None]})
    '{"a":["学时",null],"b":1}'
    """
    return _ENCODER.encode(value)


def instant_text(at: datetime) -> str:
    """Write an instant as UTC with microseconds, always of the same length."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def leaf(line: Line) -> bytes:
    """Give the bytes that are hashed: one canonical JSON array.

    Shape: [stream, n, at, kind, account, association, facts, prev in hex].
    """
    return canonical(
        [
            line.stream,
            line.n,
            instant_text(line.at),
            line.kind,
            line.account_id,
            line.association_id,
            line.facts,
            line.prev.hex(),
        ]
    ).encode()


def digest(line: Line) -> bytes:
    """Hash a line. The 0x00 makes it an RFC 6962 leaf as well as a link."""
    return hashlib.sha256(b"\x00" + leaf(line)).digest()


def quick_digest(line: RawLine) -> bytes:
    """Hash a line as `digest` does, from texts as a database gives them."""
    stream, n, at, kind, account, association, facts, prev = line
    text = (
        f'[{_quoted(stream)},{n},"{at}",{_quoted(kind)},'
        f"{_quoted(account) if account else 'null'},"
        f"{_quoted(association) if association else 'null'},"
        f'{_quoted(facts)},"{prev.hex()}"]'
    )
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def body_bytes(body: object) -> bytes:
    """Give a body's bytes: its own, or those of its canonical JSON."""
    return body if isinstance(body, bytes) else canonical(body).encode()


def body_digest(salt: bytes, raw: bytes) -> str:
    """Hash a body. The salt keeps a body that is gone from being guessed."""
    return hashlib.sha256(salt + raw).hexdigest()


def judge_chain(
    stream: str, lines: Iterable[Line], head: tuple[int, bytes] | None
) -> Verdict:
    """Walk a stream and name the first line missing, changed or out of place."""
    n, prev = 0, START
    for line in lines:
        fault = _fault(line, n + 1, prev)
        if fault:
            return Verdict(stream, n, n + 1, fault)
        n, prev = line.n, line.hash
    if (n, prev) != (head or (0, START)):
        return Verdict(stream, n, n + 1, "tail")
    return Verdict(stream, n)


def _fault(line: Line, n: int, prev: bytes) -> str | None:
    if line.n != n:
        return "gap"
    if line.prev != prev:
        return "link"
    if line.hash != digest(line):
        return "content"
    return None


_quoted: Callable[[str], str] = encode_basestring  # the C one, without a call around


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
)
