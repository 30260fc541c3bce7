"""工作台: where a member of staff begins the day."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.catalogue import queries as catalogue
from lms.reports import desk as reports
from lms.web import desk
from lms.web.doors import staff

bp = Blueprint("console", __name__, url_prefix="/console")


@bp.get("")
@staff("author", "clerk", "manager", "employer", "office", "inspector", "operator")
def home() -> ResponseReturnValue:
    """Show what waits, and the doors of each role."""
    visitor = desk.visitor()
    if visitor is None or visitor.association_id is None:
        return render_template("console/home.html", association=None, figures=None)
    session, association_id = desk.reading(), desk.association()
    return render_template(
        "console/home.html",
        association=catalogue.association(session, association_id),
        figures=reports.figures(session, association_id),
    )
