"""What went to whom: the log of an association's desk, and a person's own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.announcements import queries as announcements
from lms.announcements.rules import State
from lms.catalogue import queries as catalogue
from lms.kernel.clock import start_of
from lms.kernel.errors import NotFound
from lms.notify.models import OutboxMessage
from lms.notify.rules import Channel, MessageState
from lms.reports.pages import Page, from_place

PAGE = 50
MOST_ROWS = 100_000
"""So many rows go into one sheet."""

_M = OutboxMessage

Facts = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Asked:
    """By what a log is narrowed; what is None or empty narrows nothing."""

    state: MessageState | None = None
    channel: Channel | None = None
    template: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message in a log, its address masked."""

    id: UUID
    owed_at: datetime
    template: str
    channel: Channel
    masked: str
    state: MessageState
    tries: int
    next_try_at: datetime
    sent_at: datetime | None
    fault: str | None
    repeatable: bool


def log(
    session: Session, association_id: UUID, asked: Asked, after: str = ""
) -> Page[MessageRow]:
    """List an association's messages, the newest first, from after one on."""
    chosen = _chosen(association_id, asked)
    newest = (_M.owed_at, _M.seq)
    rows, more = from_place(session, chosen.order_by(None), newest, after, size=PAGE)
    return Page(tuple(_row(row[0]) for row in rows), more)


def count(session: Session, association_id: UUID, asked: Asked) -> int:
    """Count a narrowed log, as far as it is exported."""
    chosen = _chosen(association_id, asked).limit(MOST_ROWS).subquery()
    return session.scalar(select(func.count()).select_from(chosen)) or 0


def every(session: Session, association_id: UUID, asked: Asked) -> Iterator[MessageRow]:
    """Give all of a narrowed log, the newest first, for an export."""
    chosen = _chosen(association_id, asked).limit(MOST_ROWS)
    for row in session.scalars(chosen.execution_options(yield_per=500)):
        yield _row(row)


def _chosen(association_id: UUID, asked: Asked) -> Select[OutboxMessage]:
    chosen = select(_M).where(_M.association_id == association_id)
    if asked.state is not None:
        chosen = chosen.where(_M.state == asked.state)
    if asked.channel is not None:
        chosen = chosen.where(func.coalesce(_M.went_by, _M.channel) == asked.channel)
    if asked.template:
        chosen = chosen.where(_M.template == asked.template)
    if asked.day is not None:
        since = start_of(asked.day)
        until = start_of(asked.day + timedelta(days=1))
        chosen = chosen.where(_M.owed_at >= since, _M.owed_at < until)
    return chosen.order_by(_M.owed_at.desc(), _M.seq.desc())


def mine(
    session: Session, account_id: UUID, *, limit: int = 200
) -> tuple[MessageRow, ...]:
    """List what was sent to an account, the newest first; never its words."""
    rows = session.scalars(
        select(_M)
        .where(_M.to_account == account_id, _M.channel != Channel.NOTICE)
        .order_by(_M.owed_at.desc(), _M.seq.desc())
        .limit(limit)
    )
    return tuple(_row(one) for one in rows)


def _row(one: OutboxMessage) -> MessageRow:
    return MessageRow(
        one.id,
        one.owed_at,
        one.template,
        one.went_by or one.channel,
        one.masked,
        one.state,
        one.tries,
        one.next_try_at,
        one.sent_at,
        one.fault,
        one.repeatable,
    )


def failed(session: Session, association_id: UUID) -> int:
    """Count an association's messages that were given up."""
    asked = (
        select(func.count())
        .select_from(_M)
        .where(_M.association_id == association_id, _M.state == MessageState.DEAD)
    )
    return session.scalar(asked) or 0


def announced(session: Session, template: str, facts: Facts) -> dict[str, str | int]:
    """Give a message the words of the announcement that it carries, if it does."""
    card = announcements.of_message(session, template, facts)
    if card is None:
        return {}
    whose = card.association_id
    return {
        "title": card.title,
        "text": "\n\n".join(card.paragraphs),
        "association": catalogue.association(session, whose).name if whose else "学时",
    }


def taken_back(session: Session, template: str, facts: Facts) -> bool:
    """Tell whether what a message carries was taken back before it went."""
    card = announcements.of_message(session, template, facts)
    return card is not None and card.state is State.TAKEN_BACK


def whose(session: Session, association_id: UUID | None) -> dict[str, str]:
    """Give the name of the association whose message it is, for its own words."""
    if association_id is None:
        return {}
    return {"association": catalogue.association(session, association_id).name}


@dataclass(frozen=True, slots=True)
class SentCard:
    """One message with the words that went, while they are there."""

    row: MessageRow
    subject: str
    text: str


def sent(session: Session, association_id: UUID, message_id: UUID) -> SentCard:
    """Give one message of an association with what it said.

    Raises: NotFound, for another association's too.
    """
    one = session.scalar(
        select(_M).where(_M.id == message_id, _M.association_id == association_id)
    )
    if one is None:
        raise NotFound("message.unknown")
    subject, _, text = (one.said or "").partition("\n")
    return SentCard(_row(one), subject, text)
