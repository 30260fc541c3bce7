"""能否延续: the law's answer to what the records say of the signed-in person."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.registration.queries import eligibility
from lms.reports import gaps
from lms.web import desk, judgement
from lms.web.doors import learner

bp = Blueprint("renewal", __name__, url_prefix="/learn")


@bp.get("/renewal")
@learner
def mine() -> ResponseReturnValue:
    """Show whether the registration may be renewed today, and what is missing."""
    today = desk.today()
    asked = eligibility.renewal_requests(desk.reading(), desk.me(), on=today)
    judged = [judgement.judge(each, today=today) for each in asked]
    return render_template(
        "records/renewal.html",
        judged=judged,
        dates=judgement.DATES,
        bands=judgement.BANDS,
        onward=gaps.onward(desk.reading(), desk.me()),
        today=today,
    )
