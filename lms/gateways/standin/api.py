"""The part of Stripe's API that the house uses."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from lms.gateways.standin import objects, shapes
from lms.gateways.standin.store import Store

Json = dict[str, Any]
Answer = tuple[Json, int]

bp = Blueprint("api", __name__, url_prefix="/v1")

_SHORTEST_SECONDS, _LONGEST_SECONDS = 30 * 60, 24 * 3600
_PAGE = 10
_NEEDS_CNY = frozenset({"alipay", "wechat_pay"})
_CURRENCIES = frozenset({"cny", "usd", "eur", "gbp", "hkd", "jpy", "sgd"})


def store() -> Store:
    """Give what the stand-in knows."""
    found: Store = current_app.extensions["standin.store"]
    return found


def error(
    message: str, param: str = "", *, kind: str = "invalid_request_error", at: int = 400
) -> Answer:
    """Say no in Stripe's shape."""
    told = {"type": kind, "message": message}
    return {"error": told | ({"param": param} if param else {})}, at


@bp.before_request
def _guard() -> Answer | None:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given, current_app.config["API_KEY"]):
        return error("Invalid API Key provided", at=401)
    if current_app.config["DOWN"]:
        return error("An unknown error occurred", kind="api_error", at=500)
    return None


def _answer(path: str, act: Callable[[Json], Answer]) -> Response:
    """Check a request against the description, do it, remember it under its key."""
    method = request.method.lower()
    pairs = request.args if method == "get" else request.form
    try:
        asked = shapes.request(path, method, list(pairs.items(multi=True)))
    except shapes.Unfit as unfit:
        return _reply(error(str(unfit), unfit.param))
    key = request.headers.get("Idempotency-Key")
    if method == "get" or key is None:
        return _reply(act(asked))
    with store().lock:
        return _once(key, asked, act)


def _once(key: str, asked: Json, act: Callable[[Json], Answer]) -> Response:
    body = json.dumps([request.path, asked], sort_keys=True).encode()
    print_ = hashlib.sha256(body).hexdigest()
    known = store().replays.get(key)
    if known is not None and known["print"] != print_:
        return _reply(
            error(
                "A key for idempotent requests needs the same parameters",
                kind="idempotency_error",
            )
        )
    if known is not None:
        reply = _reply((known["body"], 200))
        reply.headers["Idempotent-Replayed"] = "true"
        return reply
    body_now, status = act(asked)
    if status == 200:  # noqa: PLR2004 - a refused request may be mended and sent again
        with store().change():
            kept = json.loads(json.dumps(body_now))
            store().replays[key] = {"print": print_, "body": kept}
    return _reply((body_now, status))


def _reply(answer: Answer) -> Response:
    body, status = answer
    reply = jsonify(body)
    reply.status_code = status
    reply.headers["Request-Id"] = objects.new_id("req")
    return reply


def _missing(kind: str, name: str) -> Answer:
    return error(f"No such {kind}: '{name}'", kind, at=404)


@bp.post("/checkout/sessions")
def open_session() -> Response:
    """Open a Checkout session."""
    return _answer("/v1/checkout/sessions", _open)


def _open(asked: Json) -> Answer:
    wrong = _unfit(asked)
    if wrong is not None:
        return wrong
    base = current_app.config["PUBLIC_URL"]
    with store().change():
        made = objects.session(asked, base=base, now=store().now())
        store().sessions[made["id"]] = made
        store().items[made["id"]] = objects.items_of(asked)
    return made, 200


def _unfit(asked: Json) -> Answer | None:
    """Say what Stripe refuses beyond the shape."""
    items = asked.get("line_items", [])
    if asked.get("mode") != "payment" or not items:
        return error("Missing required param: line_items.", "line_items")
    prices = [item.get("price_data") for item in items]
    if not all(p and "product_data" in p and "unit_amount" in p for p in prices):
        return error("Missing required param: line_items[0][price_data]", "line_items")
    currencies = {str(p["currency"]).lower() for p in prices}
    if len(currencies) != 1 or not currencies <= _CURRENCIES:
        return error("Invalid currency", "line_items[0][price_data][currency]")
    if min(p["unit_amount"] for p in prices) < 0:
        return error("Invalid non-negative integer", "line_items[0][price_data]")
    ends_in = asked.get("expires_at", store().now() + _LONGEST_SECONDS) - store().now()
    if not _SHORTEST_SECONDS <= ends_in <= _LONGEST_SECONDS:
        return error(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours "
            "from Checkout Session creation.",
            "expires_at",
        )
    return _unfit_methods(asked, currencies)


def _unfit_methods(asked: Json, currencies: set[str]) -> Answer | None:
    methods = asked.get("payment_method_types", [])
    if _NEEDS_CNY & set(methods) and currencies != {"cny"}:
        return error("This payment method needs another currency", "currency")
    options = asked.get("payment_method_options", {})
    if "wechat_pay" in methods and "wechat_pay" not in options:
        return error(
            "You must specify payment_method_options[wechat_pay][client]",
            "payment_method_options[wechat_pay][client]",
        )
    return None


@bp.get("/checkout/sessions")
def list_sessions() -> Response:
    """List Checkout sessions, the newest first."""

    def act(asked: Json) -> Answer:
        newest = list(reversed(store().sessions.values()))
        if "payment_intent" in asked:
            newest = [
                s for s in newest if s["payment_intent"] == asked["payment_intent"]
            ]
        return _page(newest, asked), 200

    return _answer("/v1/checkout/sessions", act)


def _page(newest: list[Json], asked: Json) -> Json:
    after = asked.get("starting_after")
    ids = [each["id"] for each in newest]
    start = ids.index(after) + 1 if after in ids else 0
    return objects.listing(newest[start:], request.path, asked.get("limit", _PAGE))


@bp.get("/checkout/sessions/<name>")
def read_session(name: str) -> Response:
    """Show a Checkout session."""

    def act(asked: Json) -> Answer:
        store().run_due()
        found = store().sessions.get(name)
        if found is None:
            return _missing("checkout.session", name)
        shown = dict(found)
        if "payment_intent" in asked.get("expand", []) and shown["payment_intent"]:
            shown["payment_intent"] = store().intents[shown["payment_intent"]]
        return shown, 200

    return _answer("/v1/checkout/sessions/{session}", act)


@bp.post("/checkout/sessions/<name>/expire")
def expire_session(name: str) -> Response:
    """End an open Checkout session."""

    def act(_asked: Json) -> Answer:
        if name not in store().sessions:
            return _missing("checkout.session", name)
        if not store().expire(name):
            return error(
                "Only Checkout Sessions with a status in [open] can be expired."
            )
        return store().sessions[name], 200

    return _answer("/v1/checkout/sessions/{session}/expire", act)


@bp.get("/payment_intents/<name>")
def read_intent(name: str) -> Response:
    """Show a payment intent."""

    def act(_asked: Json) -> Answer:
        found = store().intents.get(name)
        return (found, 200) if found else _missing("payment_intent", name)

    return _answer("/v1/payment_intents/{intent}", act)


@bp.post("/refunds")
def make_refund() -> Response:
    """Give money back."""

    def act(asked: Json) -> Answer:
        intent = store().intents.get(asked.get("payment_intent", ""))
        if intent is None or intent["status"] != "succeeded":
            return error("This payment cannot be refunded.", "payment_intent")
        left = intent["amount"] - store().refunded(intent["id"])
        amount = asked.get("amount", left)
        if not 0 < amount <= left:
            return error(
                f"Refund amount is greater than unrefunded amount ({left})", "amount"
            )
        return store().refund(intent, amount, asked), 200

    return _answer("/v1/refunds", act)


@bp.get("/refunds")
def list_refunds() -> Response:
    """List refunds, the newest first."""

    def act(asked: Json) -> Answer:
        newest = [
            each
            for each in reversed(store().refunds.values())
            if asked.get("payment_intent") in {None, each["payment_intent"]}
        ]
        return _page(newest, asked), 200

    return _answer("/v1/refunds", act)


@bp.get("/events/<name>")
def read_event(name: str) -> Response:
    """Show an event."""

    def act(_asked: Json) -> Answer:
        found = store().events.get(name)
        return (found, 200) if found else _missing("event", name)

    return _answer("/v1/events/{id}", act)
