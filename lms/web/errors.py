"""Turn errors of meaning into pages, or into problem+json for scripts."""

import errno
import sqlite3
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.json.provider import DefaultJSONProvider
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoneFree
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError

from lms.kernel.errors import (
    Conflict,
    Forbidden,
    LmsError,
    NotFound,
    Refused,
    Unavailable,
)
from lms.kernel.work import abandon
from lms.web import error_words
from lms.web.logs import log
from lms.web.messages import words
from lms.web.way_back import ways

STATUS: dict[type[LmsError], int] = {
    NotFound: 404,
    Forbidden: 403,
    Refused: 422,
    Conflict: 409,
    Unavailable: 503,
}

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}
_FAULTS = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}  # fmt: skip
"""What SQLite says when the machine fails, not the statement."""

RETRY_SECONDS = 20


class Json(DefaultJSONProvider):
    """JSON from outside: what is nested too deep is as wrong as what is broken."""

    def loads(self, s: str | bytes, **more: Any) -> Any:  # noqa: ANN401 - any JSON
        """Read a text.

        Raises: ValueError, also for a text nested beyond all sense.
        """
        try:
            return super().loads(s, **more)
        except RecursionError as deep:
            raise ValueError("nested too deep") from deep


def register(app: Flask) -> None:
    """Install the handlers."""
    app.json = Json(app)
    app.register_error_handler(LmsError, _meant)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _bug)


def _meant(error: LmsError) -> ResponseReturnValue:
    # One page for all that is not there: a foreign thing must look like no thing.
    code = "http.404" if isinstance(error, NotFound) else error.code
    return _answer(STATUS[type(error)], code, error.reasons, error.facts)


def _forged(error: CSRFError) -> ResponseReturnValue:
    return _answer(400, "form.expired")


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:  # noqa: PLR2004 - redirects pass
        return error
    if isinstance(error, SecurityError):
        # Under a host that is not ours no page of ours has an address.
        return error
    if isinstance(error, MethodNotAllowed) and request.method == "GET":
        begun = _where_it_begins()
        if begun:
            flash(_("请从这里重新开始，刚才填写的内容没有提交。"), "info")
            return redirect(begun, 303)
    if isinstance(error, RateLimitExceeded):
        return _wait(error)
    return _answer(error.code, _code(error.code))


def _code(status: int) -> str:
    """Give the code whose words fit; a rare status is said as its kind."""
    code = f"http.{status}"
    return code if code in error_words.MESSAGES else f"http.{status // 100}00"


def _wait(error: RateLimitExceeded) -> ResponseReturnValue:
    """Say how long to wait: no longer than the limit's own length of time."""
    seconds = int(error.limit.limit.get_expiry())
    response = make_response(_answer(429, "http.429", wait_seconds=seconds))
    response.headers["Retry-After"] = str(seconds)
    return response


def _where_it_begins() -> str | None:
    """Find the page before a step that only a form can reach.

    Who reloads such a page, or changes its language, asks for an address that shows
    nothing by itself.
    """
    if wants_json():
        return None
    adapter = current_app.create_url_adapter(request)
    path = request.path
    while adapter and "/" in path.strip("/"):
        path = path.rstrip("/").rpartition("/")[0]
        if adapter.test(path, "GET"):
            return path
    return None


def _bug(error: Exception) -> ResponseReturnValue:
    if machine_failed(error):
        return _unavailable(error)
    log.error("bug", request_id=g.get("request_id"), exc_info=error)
    return _answer(500, "http.500")


def machine_failed(error: Exception) -> bool:
    """Tell a full disk or a database that is away from a fault of ours."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    if isinstance(error, OperationalError):
        code = getattr(error.orig, "sqlite_errorcode", None)
        return code is None or code & 0xFF in _FAULTS
    away = isinstance(error, DBAPIError) and error.connection_invalidated
    return away or isinstance(error, NoneFree)


def _unavailable(error: Exception) -> ResponseReturnValue:
    """Refuse for now: nothing was written, and a second try may go well."""
    log.error("unavailable", request_id=g.get("request_id"), exc_info=error)
    # Who asked is not looked up again: that look may be what failed.
    g.setdefault("visitor_card", None)
    try:
        abandon()
        response = make_response(_answer(503, "http.503"))
    except SQLAlchemyError:
        # Without its database the house has no page, but words.
        response = make_response(str(words("http.503", {})), 503)
        response.mimetype = "text/plain"
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def wants_json() -> bool:
    """Tell whether a script asked."""
    if request.path.startswith(("/api/", "/webhooks/")) or request.is_json:
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def _answer(
    status: int,
    code: str,
    reasons: tuple[str, ...] = (),
    facts: dict[str, object] | None = None,
    *,
    wait_seconds: int = 0,
) -> ResponseReturnValue:
    message = words(code, facts or {})
    listed = [words(reason, facts or {}) for reason in reasons]
    if wants_json():
        response: Response = jsonify(
            code=code, detail=message, reasons=listed, codes=list(reasons)
        )
        response.content_type = "application/problem+json"
        return response, status
    page = render_template(
        "error.html",
        status=status,
        title=error_words.title(status),
        message=message,
        reasons=listed,
        advice=error_words.advice(status, wait_seconds),
        ways=ways(status),
        request_id=g.get("request_id", ""),
    )
    return page, status
