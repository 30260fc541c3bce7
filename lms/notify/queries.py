"""Which messages are due, and how they read."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.kernel import pii
from lms.kernel.ids import AccountId
from lms.notify.models import OutboxMessage
from lms.notify.rules import Channel, Lane, MessageState, Wording

_TEMPLATES = Path(__file__).parents[2] / "templates" / "mail"
_LOCALES = ("zh", "en")


def due(
    session: Session, now: datetime, *, lane: Lane = Lane.OWN, limit: int = 50
) -> tuple[UUID, ...]:
    """Name the messages of a lane whose time has come, the oldest first."""
    return tuple(
        session.scalars(
            select(OutboxMessage.id)
            .where(
                OutboxMessage.state == MessageState.DUE,
                OutboxMessage.lane == lane,
                OutboxMessage.next_try_at <= now,
            )
            .order_by(OutboxMessage.next_try_at, OutboxMessage.seq)
            .limit(limit)
        )
    )


@dataclass(frozen=True, slots=True)
class OutboxCard:
    """A message with its secrets open: for the demonstration's outbox alone."""

    id: UUID
    owed_at: datetime
    channel: Channel
    template: str
    locale: str
    state: MessageState
    to_account: AccountId | None
    address: str | None = field(repr=False)
    words: dict[str, str | int] = field(repr=False)


def demo_outbox(session: Session, *, limit: int = 50) -> tuple[OutboxCard, ...]:
    """List the newest messages, open. Only the demonstration may call this."""
    rows = session.scalars(
        select(OutboxMessage).order_by(OutboxMessage.seq.desc()).limit(limit)
    )
    return tuple(_card(row) for row in rows)


def _card(row: OutboxMessage) -> OutboxCard:
    address, secrets = opened(row.id, row.wrapped, row.sealed)
    return OutboxCard(
        id=row.id,
        owed_at=row.owed_at,
        channel=row.channel,
        template=row.template,
        locale=row.locale,
        state=row.state,
        to_account=AccountId(row.to_account) if row.to_account else None,
        address=address,
        words={**row.facts, **secrets},
    )


def opened(
    message_id: UUID, wrapped: bytes | None, sealed: bytes | None
) -> tuple[str | None, dict[str, str]]:
    """Open what a message holds sealed: its address and its secrets."""
    if wrapped is None or sealed is None:
        return None, {}
    place = seal_place(message_id)
    private = json.loads(pii.unseal(pii.unwrap(wrapped, place), sealed, place))
    return private["address"], private["secrets"]


def seal_place(message_id: UUID) -> str:
    """Name the place that a message's sealed words belong to."""
    return f"outbox|sealed|{message_id}"


def wording(template: str, words: dict[str, str | int], locale: str) -> Wording:
    """Put a message into words. The first line of a template is the subject."""
    language = locale if locale in _LOCALES else _LOCALES[0]
    text = _shelf().get_template(f"{template}.{language}.txt").render(words)
    subject, _, body = text.partition("\n")
    return Wording(subject.strip(), body.strip())


@cache
def _shelf() -> Environment:
    # Plain text: nothing here is ever read as HTML without being escaped again.
    return Environment(  # noqa: S701 - messages are plain text
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
