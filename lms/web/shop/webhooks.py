"""Where the payment provider tells what happened. It proves itself by a signature."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from lms.commerce import queries, services
from lms.commerce.ports import Checkout
from lms.commerce.rules import CheckoutSeen, EventSeen
from lms.commerce.services import Outcome
from lms.kernel.errors import Refused
from lms.kernel.money import Fen
from lms.kernel.work import HOUSE, unit_of_work
from lms.web import desk
from lms.web.doors import hook
from lms.web.logs import log

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")

_LARGEST_BYTES = 256 * 1024


@bp.post("/stripe")
@hook
def stripe() -> ResponseReturnValue:
    """Take an event: check it, read again what it is about, settle it, once."""
    request.max_content_length = _LARGEST_BYTES
    raw = request.get_data()  # before anything parses it: the signature is on these
    port = desk.port(Checkout)
    try:
        event = port.event(raw, request.headers.get("Stripe-Signature", ""))
    except Refused as refused:
        log.warning("webhook.refused", code=refused.code)
        return jsonify(code=refused.code), 400
    if not queries.event_known(desk.reading(), event.id):
        outcome = _take(port, event)
        log.info("webhook.taken", type=event.type, effect=outcome.effect.value)
    return jsonify(received=True)


def _take(port: Checkout, event: EventSeen) -> Outcome:
    if event.intent_id is not None:
        back = _refunded(port, event.intent_id)
        with unit_of_work(HOUSE, clock=desk.clock()) as work:
            return services.take_refund(work, event, back, live=port.live)
    seen = _read(port, event.session_id)
    with unit_of_work(HOUSE, clock=desk.clock()) as work:
        return services.take_event(work, event, seen, live=port.live)


def _read(port: Checkout, session_id: str | None) -> CheckoutSeen | None:
    """Read a session again; one that the provider does not know is none of ours."""
    if session_id is None:
        return None
    try:
        return port.read(session_id)
    except Refused:
        return None


def _refunded(port: Checkout, intent_id: str) -> Fen:
    try:
        return port.refunded(intent_id)
    except Refused:
        return Fen(0)
