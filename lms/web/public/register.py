"""注册人员查询: the public register, for anybody to search and nobody to collect."""

from flask import Blueprint, Response, make_response, render_template, request

from lms.credentials import queries
from lms.web import desk
from lms.web.doors import public
from lms.web.limits import limiter

bp = Blueprint("register", __name__)

_each = limiter.shared_limit("20/minute;200/day", scope="register")
_all = limiter.shared_limit("2000/minute", scope="register-all", key_func=lambda: "all")
_LONGEST = 100


@bp.get("/register")
@public
@_each
@_all
def index() -> Response:
    """Search by a whole name, registration number or employer's name."""
    asked = request.args.get("q", "").strip()[:_LONGEST]
    page = request.args.get("page", 1, int)
    found = (
        queries.public_register(desk.reading(), asked, desk.today(), page=page)
        if asked
        else None
    )
    shown = render_template("public/register.html", asked=asked, found=found)
    response = make_response(shown)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
