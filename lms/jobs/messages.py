"""Send the messages that are owed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.kernel.clock import Clock
from lms.kernel.db import db
from lms.kernel.errors import LmsError, NotFound
from lms.kernel.work import HOUSE, unit_of_work
from lms.notify import queries, services
from lms.notify.ports import MailSender, SmsSender
from lms.notify.rules import Channel
from lms.notify.services import Taken

log = structlog.get_logger("lms.jobs")

Ports = Mapping[type[Any], Any]


@dataclass(frozen=True, slots=True)
class _Way:
    channel: Channel
    address: str = field(repr=False)
    locale: str


def run(clock: Clock, ports: Ports) -> None:
    """Send each due message in turn: take it up, send, note what became of it.

    Sent words are forgotten, but the demonstration keeps them to show them.
    """
    keep = current_app.extensions["lms.settings"].demo
    for message_id in queries.due(db.session(), clock()):
        send(clock, ports, message_id, keep_words=keep)


def send(clock: Clock, ports: Ports, message_id: UUID, *, keep_words: bool) -> None:
    """Send one message, outside any transaction; a failure leaves it for later."""
    with unit_of_work(HOUSE, clock=clock) as work:
        taken = services.take(work, message_id)
    if taken is None:
        return
    try:
        _deliver(ports, taken, _way(db.session(), taken))
    except LmsError as error:
        with unit_of_work(HOUSE, clock=clock) as work:
            dead = services.mark_failed(work, message_id)
        log.warning("message.failed", id=str(message_id), code=error.code, dead=dead)
        return
    with unit_of_work(HOUSE, clock=clock) as work:
        services.mark_sent(work, message_id, keep_words=keep_words)


def _way(session: Session, taken: Taken) -> _Way:
    """Find where a message goes: its own address, or the account's contact.

    Raises: NotFound for an account without one.
    """
    if taken.channel is Channel.NOTICE:
        return _Way(Channel.NOTICE, "", taken.locale)
    if taken.address is not None:
        return _Way(taken.channel, taken.address, taken.locale)
    if taken.to_account is None:
        raise NotFound("message.no_address")
    card = accounts.contact(session, taken.to_account)
    if card.phone and taken.channel is not Channel.MAIL:
        return _Way(Channel.SMS, card.phone, card.locale)
    if card.email and taken.channel is not Channel.SMS:
        return _Way(Channel.MAIL, card.email, card.locale)
    raise NotFound("message.no_address")


def _deliver(ports: Ports, taken: Taken, way: _Way) -> None:
    """Hand the words to the port. A notice is read in the house and goes nowhere."""
    if way.channel is Channel.NOTICE:
        return
    words = queries.wording(taken.template, taken.words, way.locale)
    if way.channel is Channel.SMS:
        sms: SmsSender = ports[SmsSender]
        sms.send(way.address, words.text, key=taken.key)
    elif way.channel is Channel.MAIL:
        mail: MailSender = ports[MailSender]
        mail.send(way.address, words.subject, words.text, key=taken.key)
