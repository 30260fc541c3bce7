"""The code on the employer's screen that its holder scans: short-lived, used once.

It names the application and the act it was shown after. Whoever acts on the application
makes the next version, so that no code outlives its use.
"""

from uuid import UUID

from flask import current_app, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from lms.kernel.errors import NotFound, Refused
from lms.policy.flow import Need
from lms.registration.queries.applications import ApplicationCard
from lms.web import desk
from lms.web.account import qr

LIFE_SECONDS = 600


def wanted(card: ApplicationCard) -> bool:
    """Tell whether an application waits for its holder's scan."""
    here = Need.SCAN in card.step.needs and Need.SCAN.value not in card.met
    return here and card.closed_at is None


def picture(card: ApplicationCard) -> str:
    """Draw the code of an application, as a data URI."""
    return qr.picture(link(card))


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
