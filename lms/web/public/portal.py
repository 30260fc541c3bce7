"""协会门户: an association's own front page, in its colour, with its courses."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from lms.catalogue import queries as catalogue
from lms.catalogue.queries import Filters, faces
from lms.catalogue.queries.faces import FaceCard
from lms.catalogue.rules.faces import sheet
from lms.kernel.errors import NotFound
from lms.web import desk
from lms.web.doors import public

bp = Blueprint("portal", __name__, url_prefix="/a")

_FOR_GOOD = "public, max-age=31536000, immutable"


@bp.get("/<slug>")
@public
def home(slug: str) -> ResponseReturnValue:
    """Show one association: what it offers, and who helps in what."""
    return page(faces.face_at(desk.reading(), slug))


def page(own: FaceCard) -> str:
    """Write a front page: at its own path, and at / of its association's domain."""
    session = desk.reading()
    asked = request.args.get("page", "1")
    n = int(asked) if asked.isdecimal() and len(asked) < 4 else 1  # noqa: PLR2004 - pages
    found = catalogue.search(
        session, Filters(association_id=own.association_id, page=n)
    )
    return render_template("public/portal.html", own=own, found=found)


@bp.get("/<slug>/<mark>.css")
@public
def colours(slug: str, mark: str) -> ResponseReturnValue:
    """Give the colour as a style sheet, named by what is in it."""
    own = faces.face_at(desk.reading(), slug)
    if mark != own.sheet_mark:
        raise NotFound("face.unknown")
    response = Response(sheet(own.face.colour), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = _FOR_GOOD
    return response


@bp.get("/<slug>/<mark>.png")
@public
def logo(slug: str, mark: str) -> ResponseReturnValue:
    """Give the logo as it was redrawn here."""
    session = desk.reading()
    if mark != faces.face_at(session, slug).logo_mark:
        raise NotFound("face.unknown")
    response = Response(faces.logo(session, slug), content_type="image/png")
    response.headers["Cache-Control"] = _FOR_GOOD
    return response
