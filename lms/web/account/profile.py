"""The personal centre: what is there, what is missing, who has looked."""

from flask import render_template
from flask.typing import ResponseReturnValue

from lms.accounts import queries as accounts
from lms.people import queries
from lms.people.rules import Section
from lms.reports import duplicates
from lms.web import desk
from lms.web.account import (
    profile_corrections,
    profile_number,
    profile_papers,
    profile_pictures,
)
from lms.web.account.profile_parts import ICONS, TITLES, bp, card
from lms.web.doors import learner

__all__ = [
    "bp",
    "profile_corrections",
    "profile_number",
    "profile_papers",
    "profile_pictures",
]


@bp.get("")
@learner
def profile() -> ResponseReturnValue:
    """Show the whole profile and the one next step."""
    session, mine = desk.reading(), card()
    visitor = desk.visitor()
    assert visitor is not None  # noqa: S101 - the door saw to it
    return render_template(
        "account/profile.html",
        profile=mine,
        sections=tuple(Section),
        titles=TITLES,
        icons=ICONS,
        contact=accounts.contact(session, visitor.account_id),
        corrections=queries.corrections_of(session, desk.me()),
        looks=queries.looks(session, desk.me()),
        merged=duplicates.merged(session, desk.me()),
    )
