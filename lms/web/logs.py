"""Structured logs and figures. Ids and classes only, never values that people typed."""

import re
import time
from functools import lru_cache
from secrets import token_hex

import structlog
from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

from lms.web import desk

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
    g.request_id = given if _GIVEN_ID.fullmatch(given) else token_hex(16)
    g.started = time.perf_counter()


def _close(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    response.headers["X-Request-Id"] = g.get("request_id", "")
    _count(endpoint, request.method, response.status_code).inc()
    _watch(endpoint).observe(seconds)
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


@lru_cache(maxsize=2000)
def _count(endpoint: str, method: str, status: int) -> Counter:
    return _REQUESTS.labels(endpoint, method, str(status))


@lru_cache(maxsize=1000)
def _watch(endpoint: str) -> Histogram:
    return _SECONDS.labels(endpoint)


def _account() -> str | None:
    user = desk.user()
    return str(user.account_id) if user.is_authenticated else None
