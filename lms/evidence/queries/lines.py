"""Read the book of evidence and check it."""

from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from lms.evidence.models import EvidenceBody, EvidenceHead, EvidenceLine
from lms.evidence.rules import Line, Verdict, judge_chain

_LINES = EvidenceLine.__table__
_COLUMNS = tuple(_LINES.c[name] for name in Line.__slots__)


@dataclass(frozen=True, slots=True)
class LineCard:
    """One line of evidence to show. Shape: `facts` is canonical JSON text."""

    seq: int
    stream: str
    n: int
    at: datetime
    kind: str
    account_id: UUID | None
    facts: str
    hash: str


def verify(session: Session, stream: str) -> Verdict:
    """Walk one stream to its head; the verdict names the first bad line."""
    head = session.execute(
        select(EvidenceHead.n, EvidenceHead.hash).where(EvidenceHead.stream == stream)
    ).first()
    return judge_chain(
        stream,
        _walk(session, stream),
        (head.n, bytes(head.hash)) if head else None,
    )


def verify_all(session: Session) -> Iterator[Verdict]:
    """Walk every stream, those without a head as well."""
    heads = select(EvidenceHead.stream)
    lines = select(EvidenceLine.stream).distinct()
    for stream in session.scalars(heads.union(lines).order_by("stream")).all():
        yield verify(session, stream)


def lines(session: Session, stream: str, *, limit: int = 200) -> tuple[LineCard, ...]:
    """List a stream's latest lines, newest first."""
    found = session.execute(
        select(
            _LINES.c.seq,
            _LINES.c.stream,
            _LINES.c.n,
            _LINES.c.at,
            _LINES.c.kind,
            _LINES.c.account_id,
            _LINES.c.facts,
            _LINES.c.hash,
        )
        .where(_LINES.c.stream == stream)
        .order_by(_LINES.c.n.desc())
        .limit(limit)
    )
    return tuple(LineCard(*row[:-1], bytes(row[-1]).hex()) for row in found)


@dataclass(frozen=True, slots=True)
class BodyCard:
    """A line's body as it is kept. The line's facts hold SHA-256 of salt and body."""

    salt: bytes
    body: bytes
    keep_until: date


def body(session: Session, stream: str, n: int) -> BodyCard | None:
    """Fetch the body of a line; None where there is none, or none any more."""
    bodies = EvidenceBody.__table__
    found = session.execute(
        select(bodies.c.salt, bodies.c.body, bodies.c.keep_until)
        .join(_LINES, _LINES.c.seq == bodies.c.line_seq)
        .where(_LINES.c.stream == stream, _LINES.c.n == n)
    ).first()
    if found is None:
        return None
    return BodyCard(bytes(found.salt), bytes(found.body), found.keep_until)


def whole(session: Session, stream: str) -> tuple[Line, ...]:
    """Give every line of a stream, the oldest first."""
    return tuple(_line(row) for row in session.execute(_stream(stream)))


def length(session: Session, stream: str) -> int:
    """Count the lines of a stream."""
    return (
        session.scalar(
            select(func.count()).select_from(_LINES).where(_LINES.c.stream == stream)
        )
        or 0
    )


def noted(session: Session, stream: str, kinds: Collection[str]) -> bool:
    """Tell whether a stream has ever had a line of one of these kinds."""
    session.flush()  # what this work has not written yet counts too
    asked = (
        select(_LINES.c.seq)
        .where(_LINES.c.stream == stream, _LINES.c.kind.in_(kinds))
        .limit(1)
    )
    return session.execute(asked).first() is not None


def _walk(session: Session, stream: str) -> Iterator[Line]:
    rows = session.execute(_stream(stream).execution_options(yield_per=1000))
    # Closed here, for a walk that finds a fault stops half-way.
    with closing(rows):
        for row in rows:
            yield _line(row)


def _stream(stream: str) -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).where(_LINES.c.stream == stream).order_by(_LINES.c.n)


def _line(row: Row[*tuple[Any, ...]]) -> Line:
    fields = row._asdict()
    prev, hashed = bytes(fields["prev"]), bytes(fields["hash"])
    return Line(**fields | {"prev": prev, "hash": hashed})
