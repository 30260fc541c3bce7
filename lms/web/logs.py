"""Structured logs and figures. Ids and classes only, never values that people typed."""

import re
import time
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request
from flask_login import current_user
from prometheus_client import Counter, Histogram

_REQUESTS = Counter(
    "lms_requests_total", "Requests answered.", ("endpoint", "method", "status")
)
_SECONDS = Histogram("lms_request_seconds", "Time to answer.", ("endpoint",))
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")

log = structlog.get_logger("lms")


def register(app: Flask) -> None:
    """Give each request an id, and each answer one line."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    app.before_request(_open)
    app.after_request(_close)


def _open() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _GIVEN_ID.fullmatch(given) else uuid4().hex
    g.started = time.perf_counter()


def _close(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    response.headers["X-Request-Id"] = g.get("request_id", "")
    _REQUESTS.labels(endpoint, request.method, str(response.status_code)).inc()
    _SECONDS.labels(endpoint).observe(seconds)
    if endpoint != "static":
        # The rule, not the path: a path may carry a certificate's secret token.
        log.info(
            "request",
            request_id=g.get("request_id"),
            method=request.method,
            rule=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            account=_account(),
        )
    return response


def _account() -> str | None:
    if not current_user.is_authenticated:
        return None
    return str(current_user.account_id)
