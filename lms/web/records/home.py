"""学习中心: where a person stands, and the next step."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.reports import centre
from lms.web import desk
from lms.web.doors import learner

bp = Blueprint("learn", __name__, url_prefix="/learn")


@bp.get("")
@learner
def home() -> ResponseReturnValue:
    """Show the one lesson to go on with, the hours, the courses and what is to do."""
    found = centre.centre(desk.reading(), desk.me(), on=desk.today())
    visitor = desk.visitor()
    return render_template(
        "records/home.html", centre=found, name=visitor.name if visitor else ""
    )
