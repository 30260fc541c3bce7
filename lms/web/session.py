"""The browser's side of a session: one signed cookie that carries a token.

The truth is a row of `sessions` (accounts): Flask-Login keeps the token under its user
id, and each request turns the token into a visitor with one select. Of an anonymous
visitor the cookie holds a CSRF seed, a language and messages to show, so that no GET
has anything to write.
"""

import hashlib
from datetime import timedelta

from flask import Flask, g, request, session
from flask_login import login_user, logout_user
from sqlalchemy.exc import OperationalError

from lms.accounts import queries as accounts
from lms.accounts import services as sessions
from lms.accounts.queries import VisitorCard
from lms.kernel.work import ANONYMOUS, glance, unit_of_work
from lms.web import desk
from lms.web.account.visitor import Visitor
from lms.web.logs import log

SEEN_EVERY = timedelta(minutes=5)
_KEPT = ("lang", "device")


def configure(app: Flask, *, secret: bytes, secure: bool) -> None:
    """Set the cookie's name and flags."""
    app.config.update(
        SECRET_KEY=secret,
        SESSION_COOKIE_NAME="__Host-lms" if secure else "lms",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
    )


def digest(token: str) -> bytes:
    """Hash a token as the sessions table stores it."""
    return hashlib.sha256(token.encode()).digest()


def visitor(token: str) -> Visitor | None:
    """Load a visitor for Flask-Login."""
    card = load(token)
    return Visitor(token, card) if card else None


def begin(token: str) -> None:
    """Let the browser carry a session that `accounts.services` just opened.

    Call it after the unit of work has ended: the row must be there.
    """
    renew()
    found = visitor(token)
    if found is None:
        raise RuntimeError("the session that was opened is not there")
    login_user(found)


def end() -> None:
    """Let the browser forget its session; the row is the service's to close."""
    logout_user()
    renew()


def load(token: str) -> VisitorCard | None:
    """Find who a token belongs to, once a request; note that they were seen."""
    if "visitor_card" not in g:
        card = _look(digest(token))
        if card is not None and desk.now() - card.seen_at > SEEN_EVERY:
            _mark_seen(card)
        g.visitor_card = card
    card_or_none: VisitorCard | None = g.visitor_card
    return card_or_none


def _mark_seen(card: VisitorCard) -> None:
    """Note that somebody was seen; a house that cannot write goes on showing."""
    try:
        with unit_of_work(ANONYMOUS, clock=desk.clock()) as work:
            sessions.mark_seen(work, card.session_id)
    except OperationalError as error:
        log.warning("session.not_marked", error=type(error.orig).__name__)


def _look(token_hash: bytes) -> VisitorCard | None:
    if request.method == "GET":
        # The page will read on over the same connection.
        return accounts.visitor_of(desk.reading().connection(), token_hash, desk.now())
    with glance() as connection:
        return accounts.visitor_of(connection, token_hash, desk.now())


def renew() -> None:
    """Start the cookie afresh, as every change of privilege must.

    Language and device mark stay; CSRF seed, token and messages go.
    """
    kept = {name: session[name] for name in _KEPT if name in session}
    session.clear()
    session.update(kept)
    g.pop("visitor_card", None)
    g.pop("csrf_token", None)
