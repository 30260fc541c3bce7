"""Owe a message, take it up, and note what became of it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AccountId, new_id
from lms.kernel.work import Work
from lms.notify.models import OutboxMessage
from lms.notify.queries import opened, seal_place
from lms.notify.rules import (
    MOST_TRIES,
    Channel,
    Lane,
    Letter,
    MessageState,
    pause_after,
)

_ONCE = {
    name: insert_into(OutboxMessage)
    .on_conflict_do_nothing(index_elements=["dedupe_key"])
    .returning(OutboxMessage.id)
    for name, insert_into in (
        ("postgresql", postgresql.insert),
        ("sqlite", sqlite.insert),
    )
}
"""Add a message unless the same is owed already, in one trip."""


def owe(work: Work, letter: Letter) -> UUID:
    """Write a message down, to be sent once this work has ended well.

    Owing the same `dedupe` again changes nothing.
    """
    row = _row(work, letter)
    connection = work.session.connection()
    owed = connection.execute(_ONCE[connection.dialect.name], row).scalar()
    if owed is not None:
        return owed
    return work.session.scalars(
        select(OutboxMessage.id).where(OutboxMessage.dedupe_key == row["dedupe_key"])
    ).one()


def owe_new(work: Work, letters: Iterable[Letter]) -> int:
    """Owe many messages at once of which none was ever owed; say how many."""
    rows = [_row(work, letter) for letter in letters]
    if rows:
        work.session.connection().execute(insert(OutboxMessage), rows)
    return len(rows)


def _row(work: Work, letter: Letter) -> dict[str, object]:
    message_id = new_id()
    wrapped, sealed = _sealed(letter, message_id)
    return {
        "id": message_id,
        "channel": letter.channel,
        "template": letter.template,
        "locale": letter.locale,
        "to_account": letter.to_account,
        "facts": dict(letter.facts),
        "wrapped": wrapped,
        "sealed": sealed,
        "dedupe_key": letter.dedupe or str(message_id),
        "state": MessageState.DUE,
        "tries": 0,
        "owed_at": work.now,
        "next_try_at": letter.not_before or work.now,
        "sent_at": None,
        "association_id": letter.association_id,
        "lane": letter.lane,
        "repeatable": letter.repeatable,
        "masked": "",
    }


def message(
    work: Work,
    account_id: AccountId,
    template: str,
    *,
    dedupe: str | None = None,
    of: UUID | None = None,
    **facts: str | int,
) -> UUID:
    """Owe a message to an account, by whichever contact it has.

    `of` is the association whose desk sees that it went.
    """
    return owe(work, to_account(account_id, template, dedupe=dedupe, of=of, **facts))


def to_account(
    account_id: AccountId,
    template: str,
    *,
    dedupe: str | None = None,
    of: UUID | None = None,
    **facts: str | int,
) -> Letter:
    """Compose a message to an account, by whichever contact it has."""
    return Letter(
        channel=Channel.CONTACT,
        template=template,
        to_account=account_id,
        facts=facts,
        dedupe=dedupe,
        association_id=of,
    )


def _sealed(letter: Letter, message_id: UUID) -> tuple[bytes | None, bytes | None]:
    if letter.address is None and not letter.secrets:
        return None, None
    key = pii.new_key()
    private = json.dumps({"address": letter.address, "secrets": dict(letter.secrets)})
    return (
        pii.wrap(key, seal_place(message_id)),
        pii.seal(key, private, seal_place(message_id)),
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """A message taken up for sending: everything that its words need."""

    id: UUID
    channel: Channel
    template: str
    locale: str
    to_account: AccountId | None
    key: str
    lane: Lane
    association_id: UUID | None
    address: str | None = field(repr=False)
    words: dict[str, str | int] = field(repr=False)
    secret: bool = False


def take(work: Work, message_id: UUID) -> Taken | None:
    """Take up one due message, so that nobody else does for a while.

    A process that dies before `mark_sent` leaves it to be tried again later.
    """
    row = work.session.scalar(
        select(OutboxMessage)
        .where(
            OutboxMessage.id == message_id,
            OutboxMessage.state == MessageState.DUE,
            OutboxMessage.next_try_at <= work.now,
        )
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    row.tries += 1
    row.next_try_at = work.now + pause_after(row.tries)
    address, secrets = opened(row.id, row.wrapped, row.sealed)
    return Taken(
        id=row.id,
        channel=row.channel,
        template=row.template,
        locale=row.locale,
        to_account=AccountId(row.to_account) if row.to_account else None,
        key=row.dedupe_key,
        lane=Lane(row.lane),
        association_id=row.association_id,
        address=address,
        words={**row.facts, **secrets},
        secret=bool(secrets),
    )


@dataclass(frozen=True, slots=True)
class Tried:
    """By which way a message was tried, and to whom, masked."""

    channel: Channel
    masked: str


NOWHERE = Tried(Channel.CONTACT, "")
"""No way was found."""


def mark_sent(
    work: Work,
    message_id: UUID,
    tried: Tried,
    *,
    keep_words: bool = False,
    said: str | None = None,
) -> None:
    """Note that a message has gone out, and forget what it held.

    Only the demonstration keeps the sealed words, to show them. `said` is what went,
    for the desk that sent it, where nothing secret was in it.
    """
    row = _locked(work, message_id)
    row.state = MessageState.SENT
    row.sent_at = work.now
    row.fault = None
    row.went_by, row.masked = tried.channel, tried.masked
    row.said = said
    if not keep_words:
        row.wrapped = row.sealed = None


def mark_failed(
    work: Work, message_id: UUID, tried: Tried, fault: str, *, hopeless: bool = False
) -> bool:
    """Note that a try failed; after the last one the message is dead. Tell whether.

    A `hopeless` one is not tried again: there is nowhere to send it.
    """
    row = _locked(work, message_id)
    row.fault = fault
    row.went_by, row.masked = tried.channel, tried.masked
    if row.tries < MOST_TRIES and not hopeless:
        return False
    row.state = MessageState.DEAD
    row.wrapped = row.sealed = None
    return True


def mark_unwanted(work: Work, message_id: UUID) -> None:
    """Note that the receiver does not want it: it is not sent."""
    row = _locked(work, message_id)
    row.state = MessageState.UNWANTED
    row.wrapped = row.sealed = None


def send_again(work: Work, association_id: UUID, message_id: UUID) -> None:
    """Owe a message of an association once more: what was given up, or what was sent.

    What was sent goes out as a new message, at most once a day.

    Raises: NotFound, for another association's too; Refused where its words were
        secret and are forgotten, while it is still being tried, and where the receiver
        does not want it; Conflict when it was sent again today.
    """
    row = work.session.scalar(
        select(OutboxMessage).where(OutboxMessage.id == message_id).with_for_update()
    )
    if row is None or row.association_id != association_id:
        raise NotFound("message.unknown")
    if not row.repeatable:
        raise Refused("message.not_repeatable")
    if row.state not in {MessageState.SENT, MessageState.DEAD}:
        raise Refused("message.not_now")
    if row.state is MessageState.DEAD:
        row.state, row.tries, row.next_try_at = MessageState.DUE, 0, work.now
        row.fault = None
        return
    again = Letter(
        channel=row.channel,
        template=row.template,
        to_account=row.to_account,
        locale=row.locale,
        facts=row.facts,
        dedupe=f"again:{row.id}:{legal_day(work.now)}",
        association_id=association_id,
    )
    values = _row(work, again)
    connection = work.session.connection()
    if connection.execute(_ONCE[connection.dialect.name], values).scalar() is None:
        raise Conflict("message.again_today")


def _locked(work: Work, message_id: UUID) -> OutboxMessage:
    return work.session.scalars(
        select(OutboxMessage).where(OutboxMessage.id == message_id).with_for_update()
    ).one()


def drop_ended(work: Work, before: datetime, *, limit: int = 5000) -> int:
    """Remove messages that were sent or given up before an instant; say how many."""
    ended = (
        select(OutboxMessage.seq)
        .where(OutboxMessage.owed_at < before, OutboxMessage.state != MessageState.DUE)
        .order_by(OutboxMessage.seq)
        .limit(limit)
    )
    doomed = work.session.scalars(ended).all()
    if doomed:
        work.session.execute(delete(OutboxMessage).where(OutboxMessage.seq.in_(doomed)))
    return len(doomed)


def take_over(work: Work, goes: AccountId, stays: AccountId) -> int:
    """Let who stays read what was sent to the account that went, and what waits."""
    moved = work.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.to_account == goes)
        .values(to_account=stays)
        .execution_options(synchronize_session=False)
        .returning(OutboxMessage.seq)
    )
    return len(moved.all())
