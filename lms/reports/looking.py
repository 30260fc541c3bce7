"""A look at an association's learners: bounded, whatever is asked of them.

Who fits the rarest of the narrowings is looked at first, where they are few. Where all
are common, the list is walked in its order for so many learners, and says how far.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from lms.accounts.models import Learner
from lms.accounts.rules import Stage, year_bit
from lms.reports.pages import beyond, place_of
from lms.reports.sought import Asked
from lms.reports.ways import Conditions, Way, ways

FEW = 10_000
"""So many who fit one narrowing are all looked at."""
SOME = 10_000
"""So many learners of the list's order are asked what their own row does not say."""

LATEST = (Learner.since, Learner.person_id)


@dataclass(frozen=True, slots=True)
class Seen:
    """One learner that fits."""

    person_id: UUID
    since: datetime

    @property
    def place(self) -> str:
        """Say where the list goes on after this one."""
        return place_of(self.since, self.person_id)


@dataclass(frozen=True, slots=True)
class Look:
    """Who was seen to fit, the latest first; `until` is where the look ended early."""

    seen: tuple[Seen, ...]
    until: str | None = None


class Looking:
    """A question of an association's learners, weighed once and looked for at will."""

    def __init__(
        self, session: Session, association_id: UUID, asked: Asked, on: date
    ) -> None:
        """Weigh what is asked: which of the narrowings fits the fewest."""
        self._session = session
        self._kept = _kept(association_id, asked)
        self._ways = ways(session, association_id, asked, on)
        self._rarest = _rarest(session, self._ways)

    def look(self, after: str, most: int) -> Look:
        """Find up to so many who fit, the latest first, from a place on."""
        kept = (*self._kept, *beyond(after, LATEST))
        if not self._ways:
            return self._seen(_in_order(kept).limit(most))
        if self._rarest is not None:
            return self._seen(_among(self._ways, self._rarest, kept).limit(most))
        return self._walked(kept, most)

    def everybody(self) -> Select[UUID]:
        """Choose all who fit, in no order: for a table, which waits for all of them."""
        rows = [Learner.person_id.in_(union_all(*one.found)) for one in self._ways]
        return select(Learner.person_id).where(*self._kept, *rows)

    def _seen(self, chosen: Select[UUID, datetime]) -> Look:
        rows = self._session.execute(chosen)
        return Look(tuple(Seen(row[0], row[1]) for row in rows))

    def _walked(self, kept: Conditions, most: int) -> Look:
        """Ask the next so many learners; the last row that comes may be the marker."""
        walked = _in_order(kept).limit(SOME).subquery()
        person, since = walked.c.person_id, walked.c.since
        n = func.row_number().over(order_by=(since.desc(), person.desc()))
        each = select(person, since, n.label("n")).subquery()
        fits = and_(*(one.fits(each.c.person_id) for one in self._ways))
        last = each.c.n == SOME
        rows = self._session.execute(
            select(
                each.c.person_id,
                each.c.since,
                last.label("last"),
                case((last, fits), else_=true()).label("fits"),
            )
            .where(or_(last, fits))
            .order_by(each.c.since.desc(), each.c.person_id.desc())
            .limit(most)
        ).all()
        seen = tuple(Seen(row.person_id, row.since) for row in rows if row.fits)
        ended = rows and rows[-1].last
        until = Seen(rows[-1].person_id, rows[-1].since).place if ended else None
        return Look(seen, until)


def _kept(association_id: UUID, asked: Asked) -> Conditions:
    """Say what is asked of the learner's own row, which one index answers."""
    kept = [Learner.association_id == association_id]
    if asked.study is not None:
        kept.append(Learner.stage == Stage(asked.study.value))
    if asked.certified is not None:
        kept.append(_certified(asked.year, wanted=asked.certified))
    return kept


def _certified(year: int | None, *, wanted: bool) -> ColumnElement[bool]:
    if year is None:
        return Learner.certified != 0 if wanted else Learner.certified == 0
    # A database knows nothing of bits: of what is larger it believes a third, of what
    # equals one in two hundred, and would sort a million rows for that.
    bit = year_bit(year)
    held = Learner.certified.bitwise_and(bit)
    return held >= bit if wanted else held < bit


def _in_order(kept: Conditions) -> Select[UUID, datetime]:
    since, person = LATEST
    return select(person, since).where(*kept).order_by(since.desc(), person.desc())


def _rarest(session: Session, among: Sequence[Way]) -> Way | None:
    """Choose the way that the fewest fit, if they are few."""
    least, size = None, FEW + 1
    for one in among:
        theirs = _size(session, one, size)
        if theirs < size:
            least, size = one, theirs
    return least


def _size(session: Session, way: Way, most: int) -> int:
    """Count who fits, up to so many: one stretch of an index after the other."""
    size = 0
    for one in way.found:
        part = one.limit(most - size).subquery()
        size += session.scalar(select(func.count()).select_from(part)) or 0
        if size >= most:
            break
    return size


def _among(
    asked: Sequence[Way], rarest: Way, kept: Conditions
) -> Select[UUID, datetime]:
    """Choose among those who fit the rarest: each is looked for, none is walked to."""
    found = union(*rarest.found).subquery()
    person = found.c[0]
    since = select(Learner.since).where(Learner.person_id == person, *kept)
    # The offset keeps the database from asking for each person's day twice.
    known = select(
        person.label("person_id"), since.limit(1).scalar_subquery().label("since")
    )
    each = known.offset(0).subquery()
    return (
        select(each.c.person_id, each.c.since)
        .where(
            each.c.since.is_not(None),
            *(one.fits(each.c.person_id) for one in asked if one is not rarest),
        )
        .order_by(each.c.since.desc(), each.c.person_id.desc())
    )
