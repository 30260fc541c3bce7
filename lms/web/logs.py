"""Structured logs and figures. Ids and classes only, never values that people typed."""

import re
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from secrets import token_hex
from typing import TextIO, cast

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


class _Out:
    """Standard output. Nobody's request fails because its line finds no room."""

    def write(self, line: str) -> None:
        with suppress(OSError):
            sys.stdout.write(line)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stdout.flush()


def register(app: Flask) -> None:
    """Give each request an id, and each answer one line."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _Out())),
        cache_logger_on_first_use=True,
    )
    app.before_request(_open)
    app.after_request(_close)


def _open() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _GIVEN_ID.fullmatch(given) else token_hex(16)
    g.started = time.perf_counter()


@dataclass(frozen=True, slots=True)
class Request:
    """What a log may tell of a request. The rule, not the path.

    A path may carry a certificate's secret token.
    """

    id: str | None
    method: str
    endpoint: str
    rule: str | None


def answered(asked: Request, status: int, seconds: float, account: object) -> None:
    """Count an answer and write its line."""
    _count(asked.endpoint, asked.method, status).inc()
    _watch(asked.endpoint).observe(seconds)
    if asked.endpoint != "static":
        log.info(
            "request",
            request_id=asked.id,
            method=asked.method,
            rule=asked.rule,
            status=status,
            ms=round(seconds * 1000, 1),
            account=None if account is None else str(account),
        )


def _close(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    response.headers["X-Request-Id"] = g.get("request_id", "")
    asked = Request(
        g.get("request_id"),
        request.method,
        request.endpoint or "none",
        request.url_rule.rule if request.url_rule else None,
    )
    answered(asked, response.status_code, seconds, _account())
    return response


@lru_cache(maxsize=2000)
def _count(endpoint: str, method: str, status: int) -> Counter:
    return _REQUESTS.labels(endpoint, method, str(status))


@lru_cache(maxsize=1000)
def _watch(endpoint: str) -> Histogram:
    return _SECONDS.labels(endpoint)


def _account() -> object:
    user = desk.user()
    return user.account_id if user.is_authenticated else None
