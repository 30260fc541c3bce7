"""Long lists, read on from a place: neither the first page nor the last counts all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    func,
    literal,
    select,
    tuple_,
    union,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

PAGE = 25
MANY = 1_000
"""A list is counted so far and no further: who sees more asks it to be narrowed."""

One = TypeVar("One")
By = tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]]
"""What a list is sorted by, the newest first: an instant or a day, and a key beside."""


@dataclass(frozen=True, slots=True)
class Page(Generic[One]):
    """A page of a list; `after` is where the next begins, if there is one.

    `total` counts as far as `MANY`, where a list says how long it is. Where it is
    `part`, not all that may fit was looked at: there are at least so many, and a page
    may be short though another follows.
    """

    rows: tuple[One, ...]
    after: str | None
    total: int | None = None
    part: bool = False


def from_place(
    session: Session,
    chosen: Select[*tuple[Any, ...]],
    by: By,
    after: str,
    streams: Sequence[ColumnElement[bool]] = (),
    *,
    size: int = PAGE,
) -> tuple[Sequence[Row[*tuple[Any, ...]]], str | None]:
    """Read a page from `after` on, which a page before gave, or from the beginning.

    `streams` are parts of the list that an index gives in order, each for itself: of
    what is rare among millions the newest stand at the head of their own stream.

    Gives the rows, and where the next page begins. What is no place begins anew.
    """
    at, last = by
    chosen = chosen.where(*beyond(after, by))
    placed = (
        chosen.add_columns(at.label("place_at"), last.label("place_last"))
        .order_by(at.desc(), last.desc())
        .limit(size + 1)
    )
    if streams:
        parts = [select(placed.where(one).subquery()) for one in streams]
        both = union(*parts).subquery()
        placed = select(both).order_by(both.c.place_at.desc(), both.c.place_last.desc())
    rows = session.execute(placed.limit(size + 1)).all()
    shown = rows[:size]
    if len(rows) <= size:
        return shown, None
    return shown, place_of(shown[-1].place_at, shown[-1].place_last)


def place_of(at: date, last: UUID | int) -> str:
    """Write the place of a row, for a page that begins after it."""
    return f"{at.isoformat()} {last}"


def beyond(after: str, by: By) -> tuple[ColumnElement[bool], ...]:
    """Choose what comes after a place; all where it is none."""
    place, (at, last) = _place(after, by), by
    if place is None:
        return ()
    known = tuple_(literal(place[0], at.type), literal(place[1], last.type))
    return (tuple_(at, last) < known,)


def _place(after: str, by: By) -> tuple[date, UUID | int] | None:
    at, _space, key = after.rpartition(" ")
    kind = by[1].type
    try:
        whole = by[0].type.python_type is date
        when = date.fromisoformat(at) if whole else _moment(at)
        if kind.python_type is UUID:
            return when, UUID(key)
        most = 2**62 if isinstance(kind, BigInteger) else 2**31
        return (when, int(key)) if abs(int(key)) < most else None
    except (ValueError, OverflowError):
        return None


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(UTC)


def counted(
    session: Session,
    chosen: Select[*tuple[Any, ...]],
    streams: Sequence[ColumnElement[bool]] = (),
) -> int:
    """Count what is chosen, up to `MANY`; `streams` part it as a page is parted."""
    if not streams:
        some = chosen.with_only_columns(literal(1)).order_by(None).limit(MANY)
        return session.scalar(select(func.count()).select_from(some.subquery())) or 0
    # Each may stand in several streams and is one.
    first = next(iter(chosen.selected_columns))
    keys = chosen.with_only_columns(first).order_by(None).limit(MANY)
    parts = [select(keys.where(one).subquery()) for one in streams]
    both = select(union(*parts).limit(MANY).subquery())
    return session.scalar(select(func.count()).select_from(both.subquery())) or 0
