"""A lane before the doors for the common beat, the busiest request of the house.

It does what the doors do, by the same rules and in fewer steps: host, cookie, CSRF
token, session, role. It answers only where all is as usual and one guarded update is
all there is to write. Anything else goes on to the view `study.beat` untouched, which
refuses, redirects, calls for a check or finishes a lesson.
"""

import io
import json
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from secrets import token_hex
from typing import Any
from uuid import UUID

from flask import Flask
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import BadRequest
from werkzeug.sansio.utils import host_is_trusted

from lms.kernel.bare import driver_of
from lms.kernel.clock import tick_of
from lms.kernel.db import db
from lms.kernel.work import fail_point
from lms.learning.ports import BeatBook
from lms.learning.services import beats
from lms.reports import beats as reports
from lms.web import logs
from lms.web import session as browser_session
from lms.web.study import forms

PATH = "/study/beat"
_LONGEST_BODY = 1024
_TRIES = 3

Environ = dict[str, Any]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class _Signed:
    """What a signed text says, and when it was signed."""

    said: Any
    at: float

    def younger(self, life: float) -> bool:
        """Judge its age by the same clock that the signer reads. Units: seconds."""
        return 0 <= int(time.time()) - self.at <= life


def before(app: Flask, fixed: dict[str, str]) -> None:
    """Lay the lane before an application. `fixed` are the headers of every answer."""
    app.wsgi_app = _Lane(app, app.wsgi_app, fixed)  # type: ignore[method-assign, assignment]  # as Werkzeug is used


class _Lane:
    """A WSGI application around another."""

    def __init__(self, app: Flask, inner: Wsgi, fixed: dict[str, str]) -> None:
        self._inner = inner
        self._app = app
        self._clock = app.extensions["lms.clock"]
        self._book: BeatBook = app.extensions["lms.ports"][BeatBook]
        self._headers = [
            ("Content-Type", "application/json"),
            ("Cache-Control", "no-store"),
            ("Vary", "Cookie"),
            *fixed.items(),
        ]
        self._cookie_name: str = app.config["SESSION_COOKIE_NAME"]
        self._csrf_life = float(app.config["WTF_CSRF_TIME_LIMIT"])
        self._cookie_life = app.permanent_session_lifetime.total_seconds()
        self._engine: Engine | None = None
        serializer: Any = app.session_interface
        csrf = URLSafeTimedSerializer(app.secret_key or b"", salt="wtf-csrf-token")
        self._read_cookie = _reader(serializer.get_signing_serializer(app))
        self._read_csrf = _reader(csrf)
        # A beat that comes by an association's domain takes the long way.
        hosts = app.config["TRUSTED_HOSTS"].own
        self._trusts = lru_cache(maxsize=64)(lambda host: host_is_trusted(host, hosts))

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer a common beat; pass on everything else."""
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST":
            return self._inner(environ, start)
        begun = time.perf_counter()
        sent = self._sent(environ)
        now = self._clock()
        token = self._token(environ) if sent else None
        heard = self._heard(token, sent, now) if sent and token else None
        if heard is None:
            return self._inner(environ, start)
        answer, account_id = heard
        body = answer.body.encode()
        name = token_hex(16)
        start(
            "200 OK",
            [
                *self._headers,
                ("Content-Length", str(len(body))),
                ("X-Request-Id", name),
            ],
        )
        seconds = time.perf_counter() - begun
        logs.answered(
            logs.Request(name, "POST", "study.beat", PATH), 200, seconds, account_id
        )
        return (body,)

    def _sent(self, environ: Environ) -> beats.Beat | None:
        """Read a beat, and leave the body to be read again."""
        if environ.get("CONTENT_TYPE") != "application/json" or not self._trusts(
            environ.get("HTTP_HOST", "")
        ):
            return None
        length = environ.get("CONTENT_LENGTH") or ""
        if not (length.isascii() and length.isdigit()) or int(length) > _LONGEST_BODY:
            return None
        raw = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = io.BytesIO(raw)
        try:
            return forms.beat(json.loads(raw))
        except (BadRequest, ValueError, RecursionError):
            return None

    def _token(self, environ: Environ) -> str | None:
        """Find the session's token, where cookie and CSRF token are both good."""
        cookie = self._read_cookie(
            _cookie(environ.get("HTTP_COOKIE", ""), self._cookie_name)
        )
        csrf = self._read_csrf(environ.get("HTTP_X_CSRFTOKEN", ""))
        if cookie is None or csrf is None:
            return None
        seed, token = cookie.said.get("csrf_token"), cookie.said.get("_user_id")
        if not (isinstance(seed, str) and isinstance(token, str)):
            return None
        fresh = cookie.younger(self._cookie_life) and csrf.younger(self._csrf_life)
        same = isinstance(csrf.said, str) and compare_digest(seed, csrf.said)
        return token if fresh and same else None

    def _heard(
        self, token: str, beat: beats.Beat, now: datetime
    ) -> tuple[beats.Answer, UUID] | None:
        """Judge and carry a common beat; nothing where it is not one.

        Nor where the database fails: the view asks again, and says so by its page. A
        beat that was carried all the same is then a retry.
        """
        token_hash = browser_session.digest(token)
        tick = tick_of(self._clock)
        engine = self._database()
        failed = (engine.dialect.loaded_dbapi.Error, SQLAlchemyError)
        with suppress(*failed), driver_of(engine) as driver:
            for _ in range(_TRIES):
                found = reports.sender_and_lease(driver, token_hash, beat.lease, now)
                if found is None or now - found[0].seen_at > browser_session.SEEN_EVERY:
                    return None
                sender, lease = found
                heard = beats.hear(lease, beat, now, tick)
                if not heard.common:
                    return None
                fail_point("work.before_commit")
                if beats.carry(driver, heard):
                    fail_point("work.after_commit")
                    self._book.write(heard.answer.line or "")
                    return heard.answer, sender.account_id
        return None

    def _database(self) -> Engine:
        if self._engine is None:
            with self._app.app_context():
                self._engine = db.engine
        return self._engine


def _reader(serializer: URLSafeTimedSerializer) -> Callable[[str], _Signed | None]:
    """Check a signature once for each text; its age is the caller's to judge."""

    @lru_cache(maxsize=12_000)
    def read(text: str) -> _Signed | None:
        try:
            said, at = serializer.loads(text, return_timestamp=True)
        except BadData:
            return None
        return _Signed(said, at.timestamp())

    return read


@lru_cache(maxsize=12_000)
def _cookie(header: str, name: str) -> str:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""
