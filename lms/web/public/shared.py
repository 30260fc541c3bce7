"""What a holder shares by a link. Nothing is kept of its readers but how many came.

The first page names nobody: messengers fetch what a link leads to for their previews.
Who asks to see the certificate is counted, once for half an hour.
"""

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from lms.credentials import queries, services
from lms.credentials.ports import FileReader
from lms.credentials.queries import Shared
from lms.credentials.rules import FileKind, ticket, ticket_good
from lms.kernel.errors import NotFound
from lms.web import certificate_files, desk
from lms.web.doors import api, public
from lms.web.limits import limiter

bp = Blueprint("shared", __name__, url_prefix="/s")

LANGUAGES = ("zh", "en")
_each = limiter.shared_limit("60/minute", scope="shared")


@bp.get("/<secret>")
@public
@_each
def show(secret: str) -> ResponseReturnValue:
    """Say that somebody shares a certificate; show it to who has opened it."""
    found = _found(secret)
    if found is None:
        return _page("public/shared_gone.html", secret, 404)
    if not _opened(found):
        return _page("public/shared.html", secret)
    return _page("public/shared_certificate.html", secret, found=found)


@bp.post("/<secret>")
@api
@_each
def read(secret: str) -> ResponseReturnValue:
    """Count a reader, and let them in. No cookie counts: there is nobody to be."""
    try:
        with desk.begin() as work:
            found = services.open_share(work, secret)
    except NotFound:
        return _page("public/shared_gone.html", secret, 404)
    seen = ticket(_key(), found.id, desk.now())
    where = url_for("shared.show", secret=secret, seen=seen, lang=_language())
    return _private(make_response(redirect(where, 303)))


@bp.get("/<secret>/file")
@public
@_each
def file(secret: str) -> ResponseReturnValue:
    """Give the PDF, where its holder allowed that, to who has opened the link."""
    found = _found(secret)
    if found is None or not found.with_file or not _opened(found):
        return _page("public/shared_gone.html", secret, 404)
    body = queries.open_form(desk.reading(), found.holding)
    return certificate_files.sent(body, found.holding, FileKind.PDF)


@bp.get("/<secret>/picture")
@public
@_each
def picture(secret: str) -> ResponseReturnValue:
    """Draw the certificate, where its whole name is shown, to who opened the link.

    It is drawn from the sealed file itself, not from what the book says of it.
    """
    found = _found(secret)
    if found is None or not found.pictured or not _opened(found):
        return _page("public/shared_gone.html", secret, 404)
    try:
        body = queries.open_form(desk.reading(), found.holding, FileKind.OFD)
        drawn = desk.port(FileReader).picture(body)
    except (NotFound, ValueError):
        return _page("public/shared_gone.html", secret, 404)
    response = _private(make_response(drawn))
    response.mimetype = "image/svg+xml"
    return response


def _found(secret: str) -> Shared | None:
    return queries.shared(desk.reading(), secret, desk.now(), desk.today())


def _opened(found: Shared) -> bool:
    given = request.args.get("seen", "")
    return ticket_good(_key(), found.id, given, desk.now())


def _key() -> bytes:
    return desk.settings().secrets.cookie


def _page(
    template: str, secret: str, status: int = 200, *, found: Shared | None = None
) -> Response:
    language = _language()
    with force_locale(language):
        page = render_template(
            template,
            found=found,
            secret=secret,
            seen=request.args.get("seen", ""),
            lang=language,
            now=desk.now(),
        )
    return _private(make_response(page, status))


def _private(response: Response) -> Response:
    """Keep answers about people out of caches and search engines."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _language() -> str:
    asked = request.args.get("lang") or session.get("lang", "zh")
    return asked if asked in LANGUAGES else "zh"
