"""Headers of every answer: what the browser may load, keep and tell."""

from flask import Flask, request
from flask.wrappers import Response

from lms.kernel.merchant_settings import Merchant
from lms.kernel.settings import Settings
from lms.web import desk

_YEAR = 31_536_000
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=()"
"""What no page may ask the browser for; the player alone may ask for the camera."""
_SECRET = frozenset({"token", "secret", "ticket"})
"""Parts of an address that are keys: such a page is named to nobody, not even to us."""
_POLICIES = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "X-Frame-Options": "DENY",
}


def content_policy(settings: Settings) -> str:
    """Write the content security policy: nothing inline, nothing foreign."""
    pay = " ".join(_payment_places(settings))
    films = f" {settings.media_s3.origin}" if settings.media_s3 else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data:{films}",
            f"media-src 'self' blob:{films}",
            "worker-src 'self' blob:",
            f"connect-src 'self'{films}",
            "font-src 'self'",
            "manifest-src 'self'",
            f"form-action 'self' {pay}",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
            "report-uri /csp-reports",
        )
    )


def _payment_places(settings: Settings) -> list[str]:
    """Name where a form may lead that pays; a browser looks at each step on the way."""
    return sorted(set().union(*(_places(settings, one) for one in settings.tills)))


def _places(settings: Settings, till: Merchant) -> set[str]:
    base = till.stripe.api_base
    found = {"https://checkout.stripe.com"} if base is None else set()
    if base is not None:
        # The policy has no words for an address in brackets.
        named = [host for host in settings.hosts if ":" not in host]
        found = {base, *(settings.payment_page(base, host) for host in named)}
    if till.wechat is not None:
        found.add(till.wechat.api_base or "https://wx.tenpay.com")
    if till.alipay is not None:
        found.add(till.alipay.api_base or "https://*.alipay.com")
    return found


def fixed_for(settings: Settings) -> dict[str, str]:
    """Give the headers that every answer carries."""
    fixed = {**_POLICIES, "Content-Security-Policy": content_policy(settings)}
    if settings.secure:
        fixed["Strict-Transport-Security"] = f"max-age={2 * _YEAR}; includeSubDomains"
    return fixed


def register(app: Flask, settings: Settings) -> None:
    """Put the headers on every answer."""
    fixed = fixed_for(settings)

    @app.after_request
    def _dress(response: Response) -> Response:
        given = response.headers
        if _SECRET & (request.view_args or {}).keys():
            given["Referrer-Policy"] = "no-referrer"
        given.extend([pair for pair in fixed.items() if pair[0] not in given])
        if request.endpoint == "static":
            if "v" in request.args:
                response.headers["Cache-Control"] = (
                    f"public, max-age={_YEAR}, immutable"
                )
        elif "Cache-Control" not in response.headers:
            private = request.endpoint is None or desk.user().is_authenticated
            response.headers["Cache-Control"] = "no-store" if private else "no-cache"
        return response
