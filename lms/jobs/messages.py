"""Send the messages that are owed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.kernel import pii
from lms.kernel.clock import Clock
from lms.kernel.db import db
from lms.kernel.errors import LmsError, NotFound, Unavailable
from lms.kernel.work import HOUSE, unit_of_work
from lms.notify import leaving, own_words, queries, services
from lms.notify.ports import MailSender, SmsSender
from lms.notify.rules import WISHES, Channel, Lane, Wish, Wording
from lms.notify.services import NOWHERE, Taken, Tried
from lms.reports import messages as reports

log = structlog.get_logger("lms.jobs")

Ports = Mapping[type[Any], Any]

MOST_SHUT = 3
"""After so many in one run found the way shut, the others wait for the next run."""


@dataclass(frozen=True, slots=True)
class _Way:
    channel: Channel
    address: str = field(repr=False)
    locale: str

    @property
    def tried(self) -> Tried:
        """Name the way with the address masked."""
        mask = pii.mask_phone if self.channel is Channel.SMS else pii.mask_email
        return Tried(self.channel, mask(self.address) if self.address else "")


def run(clock: Clock, ports: Ports, lane: Lane = Lane.OWN) -> None:
    """Send each due message in turn: take it up, send, note what became of it.

    Sent words are forgotten, but the demonstration keeps them to show them.
    """
    keep = current_app.extensions["lms.settings"].demo
    shut = 0
    for message_id in queries.due(db.session(), clock(), lane=lane):
        shut += not send(clock, ports, message_id, keep_words=keep)
        if shut >= MOST_SHUT:
            return


def send(clock: Clock, ports: Ports, message_id: UUID, *, keep_words: bool) -> bool:
    """Send one message, outside any transaction; a failure leaves it for later.

    Says whether its way was open.
    """
    with unit_of_work(HOUSE, clock=clock) as work:
        taken = services.take(work, message_id)
    if taken is None:
        return True
    way = said = None
    try:
        way = _way(db.session(), taken)
        if way is not None:
            said = _deliver(ports, taken, way)
    except LmsError as error:
        nowhere = isinstance(error, NotFound)
        _failed(clock, taken, way, error.code, hopeless=nowhere)
        return not isinstance(error, Unavailable)
    except Exception:
        # What breaks on its own words must not keep others waiting, nor come for ever.
        log.exception("message.broken", id=str(message_id))
        _failed(clock, taken, way, "message.broken")
        return True
    with unit_of_work(HOUSE, clock=clock) as work:
        if way is None:
            services.mark_unwanted(work, message_id)
        else:
            services.mark_sent(
                work,
                message_id,
                way.tried,
                keep_words=keep_words,
                said=_for_desk(taken, way, said),
            )
    return True


def _failed(
    clock: Clock, taken: Taken, way: _Way | None, code: str, *, hopeless: bool = False
) -> None:
    tried = NOWHERE if way is None else way.tried
    with unit_of_work(HOUSE, clock=clock) as work:
        dead = services.mark_failed(work, taken.id, tried, code, hopeless=hopeless)
    log.warning("message.failed", id=str(taken.id), code=code, dead=dead)


def _way(session: Session, taken: Taken) -> _Way | None:
    """Find where a message goes: its own address, or the account's contact.

    Nothing where the receiver does not want it by any way that there is, and where
    what it tells has been taken back.

    Raises: NotFound for an account without one.
    """
    if taken.channel is Channel.NOTICE:
        return _Way(Channel.NOTICE, "", taken.locale)
    if taken.address is not None:
        return _Way(taken.channel, taken.address, taken.locale)
    if taken.to_account is None:
        raise NotFound("message.no_address")
    if reports.taken_back(session, taken.template, taken.words):
        return None
    there = _ways(accounts.contact(session, taken.to_account), taken.channel)
    if not there:
        raise NotFound("message.no_address")
    wish = WISHES.get(taken.template)
    no = leaving.refused(session, taken.to_account) if wish else frozenset()
    return next((way for way in there if (wish, way.channel) not in no), None)


def _ways(card: accounts.ContactCard, wanted: Channel) -> list[_Way]:
    found = []
    if card.phone and wanted is not Channel.MAIL:
        found.append(_Way(Channel.SMS, card.phone, card.locale))
    if card.email and wanted is not Channel.SMS:
        found.append(_Way(Channel.MAIL, card.email, card.locale))
    return found


def _deliver(ports: Ports, taken: Taken, way: _Way) -> Wording | None:
    """Hand the words to the port, and give them.

    A notice is read in the house and goes nowhere.
    """
    if way.channel is Channel.NOTICE:
        return None
    words = _words(taken, way)
    if way.channel is Channel.SMS:
        sms: SmsSender = ports[SmsSender]
        sms.send(way.address, words.text, key=taken.key)
    elif way.channel is Channel.MAIL:
        mail: MailSender = ports[MailSender]
        leave = _leave(taken)
        text = words.text
        if leave:
            foot = queries.wording("leave", {"leave": leave}, way.locale)
            text = f"{text}\n\n{foot.text}"
        mail.send(way.address, words.subject, text, key=taken.key, leave=leave)
    return words


def _words(taken: Taken, way: _Way) -> Wording:
    """Say it in the association's own words, where it has some, or in the house's."""
    session = db.session()
    told = taken.words | reports.announced(session, taken.template, taken.words)
    facts = told | reports.whose(session, taken.association_id)
    kind = (taken.template, way.channel, way.locale)
    own = own_words.said(session, taken.association_id, kind, facts)
    return own or queries.wording(taken.template, told, way.locale)


def _for_desk(taken: Taken, way: _Way, words: Wording | None) -> str | None:
    """Give the words that went for the association's log.

    Nothing where a secret is in them, and where a hundred thousand have the same words
    from one announcement, which stands there itself.
    """
    if words is None or taken.association_id is None or taken.secret:
        return None
    if WISHES.get(taken.template) is Wish.ANNOUNCEMENT:
        return None
    head = words.subject if way.channel is Channel.MAIL else ""
    return f"{head}\n{words.text}"


def _leave(taken: Taken) -> str:
    """Give the address where the receiver says no to more mail of the kind, if any."""
    wish = WISHES.get(taken.template)
    if wish is None or taken.to_account is None:
        return ""
    site = current_app.extensions["lms.settings"].base_url.rstrip("/")
    return f"{site}/leave/{leaving.token(taken.to_account, wish, Channel.MAIL)}"
