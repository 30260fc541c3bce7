"""Where the payment provider tells what happened. It proves itself by a signature."""

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from lms.commerce import queries, services
from lms.commerce.ports import Checkout, Merchants, PaidThere
from lms.commerce.rules import CheckoutSeen, EventSeen, Provider
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
@bp.post("/<merchant>/stripe")
@hook
def stripe(merchant: str = "") -> ResponseReturnValue:
    """Take an event: check it, read again what it is about, settle it, once.

    Each merchant has an address of its own, and is believed by its own secret alone.
    """
    request.max_content_length = _LARGEST_BYTES
    raw = request.get_data()  # before anything parses it: the signature is on these
    try:
        port = _port(merchant)
        event = port.event(raw, request.headers.get("Stripe-Signature", ""))
    except Refused as refused:
        log.warning("webhook.refused", merchant=merchant[:12], code=refused.code)
        return jsonify(code=refused.code), 400
    _once(port, event)
    return jsonify(received=True)


def _port(merchant: str) -> Checkout:
    """Find who is told here.

    Raises: Refused("webhook.stranger") for a merchant that nobody has set.
    """
    if not merchant:
        return desk.port(Checkout)
    found = desk.port(Merchants).others.get(merchant)
    if found is None:
        raise Refused("webhook.stranger")
    return found


@bp.post("/wechat")
@bp.post("/<merchant>/wechat")
@hook
def wechat(merchant: str = "") -> ResponseReturnValue:
    """Take a message of WeChat Pay; anything but a yes makes it come again."""
    event = _noticed(Provider.WECHAT, merchant)
    if event is None:
        return jsonify(code="FAIL", message="refused"), 400
    return "", 204


@bp.post("/alipay")
@bp.post("/<merchant>/alipay")
@hook
def alipay(merchant: str = "") -> ResponseReturnValue:
    """Take a message of Alipay, which wants this one word for a yes."""
    event = _noticed(Provider.ALIPAY, merchant)
    answer = ("failure", 400) if event is None else ("success", 200)
    return Response(answer[0], answer[1], mimetype="text/plain")


def _noticed(provider: Provider, merchant: str) -> EventSeen | None:
    """Take a message whole, or nothing of it; None when it is refused."""
    request.max_content_length = _LARGEST_BYTES
    raw = request.get_data()  # before anything parses it: the signature is on these
    head = {name.lower(): value for name, value in request.headers}
    try:
        port = _port(merchant)
        event = port.notice(provider, raw, head)
    except Refused as refused:
        log.warning(
            "webhook.refused",
            provider=provider.value,
            merchant=merchant[:12],
            code=refused.code,
        )
        return None
    _once(port, event)
    return event


def _once(port: Checkout, event: EventSeen) -> None:
    if not queries.event_known(desk.reading(), event.id):
        outcome = _take(port, event)
        log.info("webhook.taken", type=event.type, effect=outcome.effect.value)


def _take(port: Checkout, event: EventSeen) -> Outcome:
    if event.intent_id is not None:
        back = _refunded(port, queries.paid_by_intent(desk.reading(), event.intent_id))
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


def _refunded(port: Checkout, paid: PaidThere) -> Fen:
    try:
        return port.refunded(paid)
    except Refused:
        return Fen(0)
