"""The association's view of tests: attempts, and who is stuck."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.people import queries as people
from lms.reports import desk as desk_reports
from lms.reports import exams as reports
from lms.web import desk
from lms.web.doors import staff

bp = Blueprint("console_exams", __name__, url_prefix="/console/exams")


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """Show the newest attempts, and first those who are stuck."""
    session, association_id = desk.reading(), desk.association()
    asked = desk_reports.unlocks_asked(session, association_id)
    return render_template(
        "console/exams.html",
        locked=desk_reports.to_unlock(session, association_id, on=desk.today()),
        asked=asked,
        called={one.person_id: people.name(session, one.person_id) for one in asked},
        attempts=reports.attempts(session, association_id),
    )
