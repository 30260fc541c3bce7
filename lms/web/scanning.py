"""The code on the employer's screen that its holder scans: short-lived, used once.

It names the application and the act it was shown after. What the holder proves of
themselves since, and what the house notes, leaves it good: in which order somebody
scans and says who they are is theirs to choose. Any other act, and the scan itself,
spends it.
"""

from collections.abc import Iterable
from uuid import UUID

from flask import current_app, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from lms.kernel.errors import NotFound, Refused
from lms.policy.flow import Need
from lms.registration.queries.applications import ApplicationCard, EventCard
from lms.registration.rules.states import Act
from lms.web import desk
from lms.web.account import qr

LIFE_SECONDS = 600
_LEAVES = frozenset({Act.PROVE, Act.FLAG, Act.SETTLE})
"""Acts that change nothing of what the company filed."""


def wanted(card: ApplicationCard) -> bool:
    """Tell whether an application waits for its holder's scan."""
    here = Need.SCAN in card.step.needs and Need.SCAN.value not in card.met
    return here and card.closed_at is None


def good(card: ApplicationCard, version: int, events: Iterable[EventCard]) -> bool:
    """Tell whether a code that was shown at a version may still be used."""
    since = [event for event in events if event.n > version]
    return wanted(card) and all(event.act in _LEAVES for event in since)


def picture(address: str) -> str:
    """Draw the code that leads to an address, as a data URI."""
    return qr.picture(address)


def link(card: ApplicationCard) -> str:
    """Write the address that a code leads to."""
    shown_at = int(desk.now().timestamp())
    ticket = _signer().dumps([card.id.hex, card.version, shown_at])
    return desk.settings().base_url + url_for("applications.scanned", ticket=ticket)


def opened(ticket: str) -> tuple[UUID, int]:
    """Read a ticket: which application, and at which version.

    Raises: Refused for one whose time is over; NotFound for what is none.
    """
    try:
        found, version, shown_at = _signer().loads(ticket)
    except BadSignature as wrong:
        raise NotFound("scan.wrong") from wrong
    if desk.now().timestamp() - shown_at > LIFE_SECONDS:
        raise Refused("scan.expired")
    return UUID(hex=found), int(version)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="application.scanned")
