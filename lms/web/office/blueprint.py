"""The office's pages, and what all of them ask first."""

from flask import Blueprint

from lms.kernel.errors import Forbidden, LmsError
from lms.registration.queries import desk as desks
from lms.registration.queries.desk import Desk
from lms.web import desk
from lms.web.messages import words

bp = Blueprint("office", __name__, url_prefix="/office")


def here() -> Desk:
    """Give the desk where the visitor sits today.

    Raises: Forbidden for who sits nowhere.
    """
    visitor = desk.visitor()
    if visitor is None:
        raise Forbidden("staff.no_office")
    return desks.desk_of(desk.reading(), desk.office(), visitor.roles, desk.today())


def why(no: LmsError) -> str:
    """Say a refusal with every reason that it has."""
    return " ".join(words(one, no.facts) for one in (no.code, *no.reasons))
