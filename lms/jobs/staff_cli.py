"""The operator's hand on who works for an association, reviews there, or inspects it.

`flask --app app staff|reviewers|inspectors ...`: three words for one service.
"""

import sys
from datetime import date, datetime
from typing import TYPE_CHECKING

import click
from flask import current_app

if TYPE_CHECKING:
    from lms.accounts.rules import Role

_DAY = click.DateTime(["%Y-%m-%d"])
_POST = click.Choice(["manager", "clerk", "author"])


@click.group("staff")
def staff() -> None:
    """Name an association's first people, or the second manager whom it lacks."""


@staff.command("appoint")
@click.argument("email")
@click.argument("name")
@click.argument("role", type=_POST)
@click.argument("association")
def _appoint(email: str, name: str, role: str, association: str) -> None:
    """Let EMAIL work for ASSOCIATION (its code) as ROLE.

    An address without an account gets one, entered by "forgotten password" with a code
    that is sent there. With two managers, the console's page 工作人员 does it.
    """
    from lms.accounts.rules import Role

    _seat((email, name), Role(role), association)
    click.echo(f"{email}: {role} at {association}")


@staff.command("dismiss")
@click.argument("email")
@click.argument("role", type=_POST)
@click.argument("association")
def _dismiss(email: str, role: str, association: str) -> None:
    """End EMAIL's post at ASSOCIATION at once; the last manager stays."""
    from lms.accounts.rules import Role

    _unseat(email, Role(role), association)
    click.echo(f"{email}: {association} no more")


@staff.command("list")
@click.argument("association")
def _list(association: str) -> None:
    """Say who has a post at ASSOCIATION."""
    from lms.accounts.queries import staffing
    from lms.kernel.clock import legal_day
    from lms.kernel.errors import NotFound
    from lms.kernel.work import reading
    from lms.reports import inspection

    today = legal_day(current_app.extensions["lms.clock"]())
    try:
        where = inspection.association_coded(reading(), association)
    except NotFound as unknown:
        sys.exit(f"Not done: {unknown.code}")
    for one in staffing.staff_of(reading(), where, today):
        until = f"  until {one.until}" if one.until else ""
        click.echo(f"{one.role.value:10}{one.name}  since {one.since:%Y-%m-%d}{until}")


def _outsiders(plural: str, role: str, told: tuple[str, str, str]) -> click.Group:
    """Make the commands that let outsiders in up to a day. `told`: three helps."""

    @click.group(plural, help=told[0])
    def group() -> None:
        """Hold the two commands."""

    @group.command("appoint", help=told[1])
    @click.argument("email")
    @click.argument("name")
    @click.argument("association")
    @click.argument("until", type=_DAY)
    def _come(email: str, name: str, association: str, until: datetime) -> None:
        from lms.accounts.rules import Role

        _seat((email, name), Role(role), association, until.date())
        click.echo(f"{email}: {association} until {until:%Y-%m-%d}")

    @group.command("dismiss", help=told[2])
    @click.argument("email")
    @click.argument("association")
    def _go(email: str, association: str) -> None:
        from lms.accounts.rules import Role

        _unseat(email, Role(role), association)
        click.echo(f"{email}: {association} no more")

    return group


reviewers = _outsiders(
    "reviewers",
    "reviewer",
    (
        "Say who decides the appeals that an association cannot staff itself.",
        "Let a third, of no office here, decide appeals to ASSOCIATION up to UNTIL.",
        "Let somebody decide appeals to ASSOCIATION no longer, from now on.",
    ),
)
inspectors = _outsiders(
    "inspectors",
    "inspector",
    (
        "Say who may look into which association, and up to which day.",
        "Let somebody look into ASSOCIATION (its code) up to and with the day UNTIL.",
        "Let somebody look into ASSOCIATION no longer, from now on.",
    ),
)


def _seat(
    who: tuple[str, str], role: "Role", association: str, until: date | None = None
) -> None:
    from lms.accounts.services import staffing
    from lms.kernel.errors import LmsError
    from lms.kernel.work import HOUSE, unit_of_work
    from lms.reports import inspection

    try:
        with unit_of_work(HOUSE, clock=current_app.extensions["lms.clock"]) as work:
            where = inspection.association_coded(work.session, association)
            staffing.seat(work, *who, role, where, until)
    except LmsError as refused:
        sys.exit(f"Not done: {refused.code}")


def _unseat(email: str, role: "Role", association: str) -> None:
    from lms.accounts.services import staffing
    from lms.kernel.errors import LmsError
    from lms.kernel.work import HOUSE, unit_of_work
    from lms.reports import inspection

    try:
        with unit_of_work(HOUSE, clock=current_app.extensions["lms.clock"]) as work:
            where = inspection.association_coded(work.session, association)
            staffing.unseat(work, email, role, where)
    except LmsError as refused:
        sys.exit(f"Not done: {refused.code}")
