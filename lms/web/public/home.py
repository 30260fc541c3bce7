"""The front door: what this is, and what to do next."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.catalogue import queries as catalogue
from lms.catalogue.queries import faces
from lms.credentials import queries as credentials
from lms.people import queries as people
from lms.web import desk, hosts
from lms.web.doors import public
from lms.web.public import portal

bp = Blueprint("public", __name__)

_SHOWN = 3
_STAFF = -1
_NOBODY, _SIGNED_UP, _KNOWN, _CERTIFIED = 0, 1, 2, 4
"""How many of the four steps lie behind: account, profile, study, certificate."""


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """Show the way in four steps, and where on it the visitor stands.

    Under an association's own domain its front page stands here.
    """
    own = hosts.face()
    if own is not None:
        return portal.page(own)
    session = desk.reading()
    return render_template(
        "public/home.html",
        stage=_stage(),
        associations=catalogue.associations(session),
        portals=faces.shown_faces(session),
        courses=catalogue.search(session, catalogue.Filters()).lines[:_SHOWN],
    )


@bp.get("/about")
@public
def about() -> ResponseReturnValue:
    """Say what this is, and how hours and certificates come about."""
    return render_template("public/about.html")


def _stage() -> int:
    visitor = desk.visitor()
    if visitor is None or visitor.state != "full":
        return _NOBODY
    if visitor.is_staff:
        return _STAFF
    session, me = desk.reading(), desk.me()
    if credentials.held(session, me, desk.today()):
        return _CERTIFIED
    return _KNOWN if people.completeness(session, me).complete else _SIGNED_UP
