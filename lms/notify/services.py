"""Owe a message, take it up, and note what became of it."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from lms.kernel import pii
from lms.kernel.ids import AccountId, new_id
from lms.kernel.work import Work
from lms.notify.models import OutboxMessage
from lms.notify.queries import opened, seal_place
from lms.notify.rules import (
    MOST_TRIES,
    Channel,
    Letter,
    MessageState,
    pause_after,
)


def owe(work: Work, letter: Letter) -> UUID:
    """Write a message down, to be sent once this work has ended well.

    Owing the same `dedupe` again changes nothing.
    """
    message_id = new_id()
    dedupe = letter.dedupe or str(message_id)
    if letter.dedupe is not None:
        owed = work.session.scalar(
            select(OutboxMessage.id).where(OutboxMessage.dedupe_key == dedupe)
        )
        if owed is not None:
            return owed
    wrapped, sealed = _sealed(letter, message_id)
    work.session.add(
        OutboxMessage(
            id=message_id,
            channel=letter.channel,
            template=letter.template,
            locale=letter.locale,
            to_account=letter.to_account,
            facts=dict(letter.facts),
            wrapped=wrapped,
            sealed=sealed,
            dedupe_key=dedupe,
            state=MessageState.DUE,
            tries=0,
            owed_at=work.now,
            next_try_at=work.now,
            sent_at=None,
        )
    )
    return message_id


def message(
    work: Work,
    account_id: AccountId,
    template: str,
    *,
    dedupe: str | None = None,
    **facts: str | int,
) -> UUID:
    """Owe a message to an account, by whichever contact it has."""
    return owe(
        work,
        Letter(
            channel=Channel.CONTACT,
            template=template,
            to_account=account_id,
            facts=facts,
            dedupe=dedupe,
        ),
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
    address: str | None = field(repr=False)
    words: dict[str, str | int] = field(repr=False)


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
        address=address,
        words={**row.facts, **secrets},
    )


def mark_sent(work: Work, message_id: UUID, *, keep_words: bool = False) -> None:
    """Note that a message has gone out, and forget what it held.

    Only the demonstration keeps the sealed words, to show them.
    """
    row = _locked(work, message_id)
    row.state = MessageState.SENT
    row.sent_at = work.now
    if not keep_words:
        row.wrapped = row.sealed = None


def mark_failed(work: Work, message_id: UUID) -> bool:
    """Note that a try failed; after the last one the message is dead. Tell whether."""
    row = _locked(work, message_id)
    if row.tries < MOST_TRIES:
        return False
    row.state = MessageState.DEAD
    row.wrapped = row.sealed = None
    return True


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
