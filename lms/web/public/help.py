"""帮助与联系: by topic, what helps at once, and to whom one may write."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.catalogue import queries as catalogue
from lms.policy.answering import TOPICS
from lms.threads import queries
from lms.web import desk
from lms.web import thread_words as said
from lms.web.doors import public

bp = Blueprint("help", __name__)


@bp.get("/help")
@public
def index() -> ResponseReturnValue:
    """Show the topics, and how each association is reached and when it answers."""
    session, today = desk.reading(), desk.today()
    houses = catalogue.associations(session)
    return render_template(
        "public/help.html",
        topics=TOPICS,
        houses=houses,
        limits={one.id: queries.workdays_of(session, one.id, today) for one in houses},
        said=said,
    )
