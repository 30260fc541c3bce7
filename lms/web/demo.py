"""The demonstration's outbox: messages that nobody delivers, open to everybody.

These pages are registered in demo mode alone, which production refuses to start in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from lms.accounts import queries as accounts
from lms.accounts import services as factors
from lms.kernel import pii
from lms.notify import queries as notify
from lms.notify.queries import OutboxCard
from lms.notify.rules import Channel
from lms.reports.messages import announced
from lms.web import desk
from lms.web.doors import public

bp = Blueprint("demo", __name__, url_prefix="/demo")


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as its receiver would read it."""

    at: datetime
    channel: Channel
    to: str
    subject: str
    text: str
    code: str


@bp.get("/outbox")
@public
def outbox() -> ResponseReturnValue:
    """Show the newest messages."""
    return render_template("account/outbox.html", messages=_newest())


@bp.get("/outbox.json")
@public
def outbox_json() -> ResponseReturnValue:
    """Give the newest messages to a program."""
    return jsonify(
        [
            {
                "at": shown.at.isoformat(),
                "channel": shown.channel.value,
                "to": shown.to,
                "subject": shown.subject,
                "text": shown.text,
                "code": shown.code,
            }
            for shown in _newest()
        ]
    )


def _newest() -> Sequence[Shown]:
    shown = [_shown(card) for card in notify.demo_outbox(desk.reading())]
    # The seeded ones are dated in the past, in the order of their people's lives.
    return sorted(shown, key=lambda one: one.at, reverse=True)


def _shown(card: OutboxCard) -> Shown:
    words = dict(card.words)
    if card.template == "factor_demo" and card.to_account is not None:
        # The code of the moment, not of the sign-in: people read this minutes later.
        words["code"] = factors.demo_code(desk.reading(), card.to_account, desk.now())
    channel, address = _receiver(card)
    words |= announced(desk.reading(), card.template, words)
    wording = notify.wording(card.template, words, card.locale)
    return Shown(
        at=card.owed_at,
        channel=channel,
        to=_masked(address),
        subject=wording.subject,
        text=wording.text,
        code=str(words.get("code", "")),
    )


def _receiver(card: OutboxCard) -> tuple[Channel, str]:
    """Find the way and the address that the job would choose."""
    if card.address is not None or card.to_account is None:
        return card.channel, card.address or ""
    contact = accounts.contact(desk.reading(), card.to_account)
    if card.channel is Channel.MAIL:
        return card.channel, contact.email or ""
    if card.channel is not Channel.CONTACT:
        return card.channel, contact.phone or contact.email or ""
    if contact.phone:
        return Channel.SMS, contact.phone
    return Channel.MAIL, contact.email or ""


def _masked(address: str) -> str:
    if "@" in address:
        return pii.mask_email(address)
    return pii.mask_phone(address) if address else ""
