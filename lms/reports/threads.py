"""The desk's queue of questions and complaints, by what is promised. Never writes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session

from lms.accounts.queries import staffing
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.ids import AssociationId
from lms.people.models import Employer
from lms.policy.answering import Matter
from lms.reports.pages import Page, from_place
from lms.threads import queries
from lms.threads.models import Thread
from lms.threads.queries import ThreadCard
from lms.threads.rules import State

PAGE = 30
MOST_ROWS = 5_000
_AT_ONCE = 500


class Pile(StrEnum):
    """Which part of the desk's matters."""

    WAITING = "waiting"
    FREE = "free"
    MINE = "mine"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Asked:
    """By what the desk's matters are narrowed. `me`: the account that asks."""

    pile: Pile
    me: UUID
    matter: Matter | None = None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A matter in the desk's list. PII: names, that of the asker masked."""

    card: ThreadCard
    name_masked: str
    company: str
    by: str


def queue(
    session: Session, house: AssociationId, asked: Asked, after: str = ""
) -> Page[QueueRow]:
    """List a pile: what waits by its day, the oldest first; the rest newest first."""
    chosen = select(Thread).where(Thread.association_id == house, *_which(asked))
    if asked.pile in {Pile.ANSWERED, Pile.CLOSED}:
        newest = (Thread.moved_at, Thread.id)
        rows, more = from_place(session, chosen, newest, after, size=PAGE)
        return Page(_rows(session, [row[0] for row in rows]), more)
    found = session.scalars(
        _from_day(chosen, after).order_by(Thread.due_on, Thread.id).limit(PAGE + 1)
    ).all()
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    return Page(
        _rows(session, list(shown)), f"{last.due_on} {last.id}" if last else None
    )


def every(session: Session, house: AssociationId, asked: Asked) -> Iterator[QueueRow]:
    """Give a whole pile for a table, by its promised days."""
    chosen = select(Thread).where(Thread.association_id == house, *_which(asked))
    by_day = chosen.order_by(Thread.due_on, Thread.id).limit(MOST_ROWS)
    rows = list(session.scalars(by_day))
    for n in range(0, len(rows), _AT_ONCE):
        yield from _rows(session, rows[n : n + _AT_ONCE])


def _from_day(chosen: Select[Thread], after: str) -> Select[Thread]:
    """Read on after a day and an id; what is no place begins anew."""
    day, _space, key = after.partition(" ")
    try:
        place = date.fromisoformat(day), UUID(key)
    except ValueError:
        return chosen
    return chosen.where(tuple_(Thread.due_on, Thread.id) > tuple_(*place))


def _which(asked: Asked) -> list[ColumnElement[bool]]:
    found = {
        Pile.WAITING: [Thread.state == State.OPEN],
        Pile.FREE: [Thread.state == State.OPEN, Thread.taken_by.is_(None)],
        Pile.MINE: [Thread.state == State.OPEN, Thread.taken_by == asked.me],
        Pile.ANSWERED: [Thread.state == State.ANSWERED],
        Pile.CLOSED: [Thread.state == State.CLOSED],
    }[asked.pile]
    return found if asked.matter is None else [*found, Thread.matter == asked.matter]


def _rows(session: Session, rows: list[Thread]) -> tuple[QueueRow, ...]:
    accounts = {row.account_id for row in rows}
    accounts |= {row.taken_by for row in rows if row.taken_by}
    called = staffing.names(session, accounts)
    firms = {row.employer_id for row in rows if row.employer_id}
    companies = {
        one.id: one.name
        for one in session.execute(
            select(Employer.id, Employer.name).where(Employer.id.in_(firms))
        )
    }
    return tuple(
        QueueRow(
            card,
            pii.mask_name(called.get(card.account_id, "")),
            companies.get(card.employer_id, "") if card.employer_id else "",
            called.get(card.taken_by, "") if card.taken_by else "",
        )
        for card in queries.carded(session, rows)
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits at the desk. The others are parts of `waiting`."""

    waiting: int
    free: int
    mine: int
    late: int


def counts(session: Session, house: AssociationId, me: UUID, today: date) -> Counts:
    """Count what waits for the desk."""
    row = session.execute(
        select(
            func.count(),
            func.count().filter(Thread.taken_by.is_(None)),
            func.count().filter(Thread.taken_by == me),
            func.count().filter(Thread.due_on < today),
        ).where(Thread.association_id == house, Thread.state == State.OPEN)
    ).one()
    return Counts(*row)


def waiting_for(session: Session, house: AssociationId) -> int:
    """Count what waits for the desk's word, whoever has it."""
    asked = select(func.count()).where(
        Thread.association_id == house, Thread.state == State.OPEN
    )
    return session.scalar(asked) or 0


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is late: how much, when the longest came in, and by when it was promised.

    Units: `workdays`, what was promised for the longest.
    """

    count: int
    since: date
    due_on: date
    workdays: int


def overdue(session: Session, house: AssociationId, today: date) -> Overdue | None:
    """Say how much is late, and how late the latest is."""
    late = (
        Thread.association_id == house,
        Thread.state == State.OPEN,
        Thread.due_on < today,
    )
    count = session.scalar(select(func.count()).where(*late)) or 0
    if not count:
        return None
    oldest = session.scalars(
        select(Thread).where(*late).order_by(Thread.due_on, Thread.id).limit(1)
    ).one()
    since = legal_day(oldest.waits_since)
    return Overdue(count, since, oldest.due_on, oldest.workdays)
