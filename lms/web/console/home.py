"""工作台: where a member of staff begins the day."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.catalogue import queries as catalogue
from lms.reports import desk as reports
from lms.web import desk
from lms.web.console import merchants
from lms.web.console.tasks import tasks_for
from lms.web.doors import staff

bp = Blueprint("console", __name__, url_prefix="/console")

_AT_WORK = (
    "author",
    "clerk",
    "manager",
    "reviewer",
    "employer",
    "inspector",
    "operator",
    "teller",
    "approver",
)


@bp.get("")
@staff(*_AT_WORK)
def home() -> ResponseReturnValue:
    """Show what waits, and the doors of each role."""
    visitor = desk.visitor()
    if visitor is not None and visitor.roles == {"inspector"}:
        return redirect(url_for("inspect.index"), 303)
    if visitor is not None and visitor.roles == {"reviewer"}:
        return redirect(url_for("console_claims.index"), 303)
    if visitor is not None and visitor.office_id is not None:
        return redirect(url_for("office.index"), 303)
    if visitor is None or visitor.association_id is None:
        return render_template("console/home.html", association=None, figures=None)
    session, association_id = desk.reading(), desk.association()
    waits = reports.waiting(session, association_id, desk.me(), on=desk.today())
    return render_template(
        "console/home.html",
        association=catalogue.association(session, association_id),
        figures=reports.figures(session, association_id),
        tasks=[*merchants.tasks(), *tasks_for(visitor.roles, waits)],
    )


@bp.get("/menu")
@staff("author", "clerk", "manager")
def menu() -> str:
    """Show every room of the console on one page, for a phone."""
    return render_template("console/menu.html")
