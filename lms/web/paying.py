"""Send a buyer to the payment page, and read how a payment stands."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.catalogue import queries as catalogue
from lms.commerce import services
from lms.commerce.ports import Checkout, CheckoutAsked, CheckoutOpened
from lms.commerce.queries import AttemptCard
from lms.commerce.rules import Effect
from lms.commerce.services import CheckoutPlan, Outcome
from lms.kernel.errors import Refused
from lms.kernel.merchant_settings import Merchant
from lms.web import desk, hosts
from lms.web.records.qr import qr_path

_PHONE = re.compile(r"Mobi|Android|iPhone|HarmonyOS", re.IGNORECASE)
_CODE = "weixin"
_WECHAT = re.compile(r"MicroMessenger", re.IGNORECASE)
_SHUT_OUT = "alipay"
"""WeChat opens no page of this one."""
_OVER = frozenset({Effect.EXPIRED, Effect.FAILED})


def pay(begin: Callable[[], CheckoutPlan], here: str) -> ResponseReturnValue:
    """Send the buyer on: to a new page, to the one that is open, or back `here`.

    `begin` writes the intent down; `here` is the path of the order's own page. What is
    open for another way to pay, or another screen, is closed before.
    """
    method = request.form.get("method", "")
    if in_wechat() and method == _SHUT_OUT:
        flash(_("微信里打不开支付宝，请按下面的办法在浏览器里付款。"), "warn")
        return redirect(here, 303)
    plan = begin()
    attempt = plan.attempt
    if attempt.url is not None and attempt.expires_at <= desk.now():
        look(attempt, close=True)
        return redirect(here, 303)
    opened = _opened(plan, here)
    fresh = attempt.url is None and attempt.method == method
    if not fresh and not desk.port(Checkout).fits(opened, method, phone=on_phone()):
        if _settle(opened.id, close=True).effect not in _OVER:
            return redirect(here, 303)
        opened = _opened(begin(), here)
    return _go(opened.url, here)


def seller(association_id: UUID) -> Merchant:
    """Say by whom an association is paid."""
    house = catalogue.association(desk.reading(), association_id)
    return desk.settings().seller(house.code)


def _opened(plan: CheckoutPlan, here: str) -> CheckoutOpened:
    attempt = plan.attempt
    if attempt.url is None or attempt.session_id is None:
        return _open(plan, here)
    return CheckoutOpened(attempt.session_id, attempt.url, attempt.expires_at)


def _go(url: str, here: str) -> ResponseReturnValue:
    """Lead to a page; a code to scan is shown by the order's own."""
    if urlsplit(url).scheme == _CODE:
        return redirect(here, 303)
    settings = desk.settings()
    host = request.host if hosts.by_own() else settings.host
    answer = redirect(settings.payment_page(url, host), 303)
    # WeChat's page opens only for those who come from the merchant's own site.
    answer.headers["Referrer-Policy"] = "strict-origin"
    return answer


def on_phone() -> bool:
    """Tell whether the visitor's screen is one that cannot scan itself.

    Inside WeChat a phone is no such browser: the page that starts WeChat opens
    everywhere but there, so the code is shown, to be scanned by another phone.
    """
    return bool(_PHONE.search(request.user_agent.string)) and not in_wechat()


def in_wechat() -> bool:
    """Tell whether the page is read inside WeChat on a phone."""
    agent = request.user_agent.string
    return bool(_PHONE.search(agent) and _WECHAT.search(agent))


def leave_wechat() -> str:
    """Give the address to open elsewhere, where nobody can pay: inside WeChat."""
    return hosts.origin() + request.path if in_wechat() else ""


def code(attempt: AttemptCard | None) -> tuple[int, str] | None:
    """Draw the code that WeChat scans, while one is open: its modules and its path."""
    if attempt is None or attempt.url is None or attempt.expires_at <= desk.now():
        return None
    return qr_path(attempt.url) if urlsplit(attempt.url).scheme == _CODE else None


def _open(plan: CheckoutPlan, here: str) -> CheckoutOpened:
    """Ask the provider for a page, and write down where it is."""
    # The framework has turned away every host that is not ours or an association's.
    there = hosts.origin() + here
    asked = CheckoutAsked(
        key=plan.attempt.key,
        order_id=str(plan.order_id),
        attempt_id=str(plan.attempt.id),
        number=plan.number,
        lines=tuple((line.told, line.price_fen) for line in plan.lines),
        currency=plan.currency,
        method=plan.attempt.method,
        expires_at=plan.attempt.expires_at,
        success_url=f"{there}?paid=1",
        cancel_url=there,
        phone=on_phone(),
        ip=request.remote_addr or "",
        merchant=plan.attempt.merchant,
    )
    try:
        opened = desk.port(Checkout).open(asked)
    except Refused:
        with desk.begin() as work:
            services.note_refused(work, plan.attempt.id)
        raise
    with desk.begin() as work:
        services.note_opened(work, plan.attempt.id, opened)
    return opened


def look(attempt: AttemptCard, *, close: bool = False) -> Outcome | None:
    """Read a payment from the provider and settle it; `close` ends it first."""
    if attempt.session_id is None:
        return None
    return _settle(attempt.session_id, close=close)


def _settle(session_id: str, *, close: bool) -> Outcome:
    port = desk.port(Checkout)
    seen = (port.expire if close else port.read)(session_id)
    with desk.begin() as work:
        return services.settle(work, seen, live=port.live)
