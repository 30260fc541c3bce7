"""Headers of every answer: what the browser may load, keep and tell."""

from flask import Flask, request
from flask.wrappers import Response
from flask_login import current_user

from lms.kernel.settings import Settings

_YEAR = 31_536_000
_POLICIES = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=()",
    "X-Frame-Options": "DENY",
}


def content_policy(settings: Settings) -> str:
    """Write the content security policy: nothing inline, nothing foreign."""
    pay = settings.stripe.api_base or "https://checkout.stripe.com"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "media-src 'self' blob:",
            "worker-src 'self' blob:",
            "connect-src 'self'",
            "font-src 'self'",
            "manifest-src 'self'",
            f"form-action 'self' {pay}",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
            "report-uri /csp-reports",
        )
    )


def register(app: Flask, settings: Settings) -> None:
    """Put the headers on every answer."""
    fixed = {**_POLICIES, "Content-Security-Policy": content_policy(settings)}
    if settings.secure:
        fixed["Strict-Transport-Security"] = f"max-age={2 * _YEAR}; includeSubDomains"

    @app.after_request
    def _dress(response: Response) -> Response:
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        if request.endpoint == "static":
            if "v" in request.args:
                response.headers["Cache-Control"] = (
                    f"public, max-age={_YEAR}, immutable"
                )
        elif "Cache-Control" not in response.headers:
            private = request.endpoint is None or current_user.is_authenticated
            response.headers["Cache-Control"] = "no-store" if private else "no-cache"
        return response
