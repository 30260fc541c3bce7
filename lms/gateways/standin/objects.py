"""Objects as Stripe's API shows them."""

import secrets
from typing import Any

Json = dict[str, Any]


def new_id(kind: str) -> str:
    """Mint an id in Stripe's manner."""
    return f"{kind}_{secrets.token_hex(12)}"


def session(asked: Json, *, base: str, now: int) -> Json:
    """Make a Checkout session from the parameters that opened it."""
    total = sum(
        item["price_data"]["unit_amount"] * item.get("quantity", 1)
        for item in asked["line_items"]
    )
    session_id = new_id("cs_test")
    return {
        "id": session_id,
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "status": None},
        "cancel_url": asked.get("cancel_url"),
        "client_reference_id": asked.get("client_reference_id"),
        "created": now,
        "currency": asked["line_items"][0]["price_data"]["currency"].lower(),
        "custom_fields": [],
        "custom_text": {"shipping_address": None, "submit": None},
        "customer": None,
        "customer_email": asked.get("customer_email"),
        "expires_at": asked.get("expires_at", now + 86_400),
        "livemode": False,
        "locale": asked.get("locale"),
        "metadata": asked.get("metadata", {}),
        "mode": asked["mode"],
        "payment_intent": None,
        "payment_method_options": asked.get("payment_method_options", {}),
        "payment_method_types": asked.get("payment_method_types", ["card"]),
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "success_url": asked["success_url"],
        "total_details": {
            "amount_discount": 0,
            "amount_shipping": 0,
            "amount_tax": 0,
        },
        "url": f"{base}/pay/{session_id}",
    }


def intent(of: Json, method: str, *, status: str, now: int) -> Json:
    """Make the payment intent of a session."""
    paid = status == "succeeded"
    return {
        "id": new_id("pi"),
        "object": "payment_intent",
        "amount": of["amount_total"],
        "amount_capturable": 0,
        "amount_received": of["amount_total"] if paid else 0,
        "capture_method": "automatic",
        "confirmation_method": "automatic",
        "created": now,
        "currency": of["currency"],
        "livemode": False,
        "metadata": of["metadata"],
        "payment_method_types": [method],
        "status": status,
    }


def refund(of: Json, amount: int, *, asked: Json, now: int) -> Json:
    """Make a refund of a payment intent, with the reason and marks that were asked."""
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": None,
        "created": now,
        "currency": of["currency"],
        "metadata": asked.get("metadata") or {},
        "payment_intent": of["id"],
        "reason": asked.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def event(kind: str, about: Json, *, now: int) -> Json:
    """Make the event that tells of a change."""
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": now,
        "data": {"object": about},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }


def listing(items: list[Json], url: str, limit: int) -> Json:
    """Make one page of a list."""
    return {
        "object": "list",
        "data": items[:limit],
        "has_more": len(items) > limit,
        "url": url,
    }


def items_of(asked: Json) -> list[Json]:
    """Keep the lines that the payment page shows."""
    return [
        {
            "title": item["price_data"]["product_data"]["name"],
            "amount": item["price_data"]["unit_amount"] * item.get("quantity", 1),
        }
        for item in asked["line_items"]
    ]
