"""The operator's hand on reviewers: `flask --app app reviewers ...`."""

import sys
from datetime import datetime

import click
from flask import current_app


@click.group("reviewers")
def reviewers() -> None:
    """Say who decides the appeals that an association cannot staff itself."""


@reviewers.command("appoint")
@click.argument("email")
@click.argument("name")
@click.argument("association")
@click.argument("until", type=click.DateTime(["%Y-%m-%d"]))
def _appoint(email: str, name: str, association: str, until: datetime) -> None:
    """Let somebody neutral decide appeals to ASSOCIATION (its code) up to UNTIL.

    An address without an account gets one, entered by a code that is sent there. Who
    holds another office in the house is refused: a reviewer is a third.
    """
    from lms.accounts import queries, services
    from lms.accounts.rules import STAFF, Role
    from lms.kernel.errors import LmsError, Refused
    from lms.kernel.work import HOUSE, unit_of_work
    from lms.reports import inspection

    try:
        with unit_of_work(HOUSE, clock=current_app.extensions["lms.clock"]) as work:
            where = inspection.association_coded(work.session, association)
            account = inspection.account_at(work.session, email)
            if account is None:
                account = services.create_account(work, email=email, name=name)
            if queries.roles(work.session, account) & (STAFF - {Role.REVIEWER}):
                raise Refused("account.other_staff")
            services.grant(
                work, account, Role.REVIEWER, association_id=where, until=until.date()
            )
    except LmsError as refused:
        sys.exit(f"Not done: {refused.code}")
    click.echo(f"{email}: appeals to {association} until {until:%Y-%m-%d}")


@reviewers.command("dismiss")
@click.argument("email")
@click.argument("association")
def _dismiss(email: str, association: str) -> None:
    """Let somebody decide appeals to ASSOCIATION no longer, from now on."""
    from lms.accounts import services as accounts
    from lms.accounts.rules import Role
    from lms.kernel.errors import LmsError, NotFound
    from lms.kernel.work import HOUSE, unit_of_work
    from lms.reports import inspection

    try:
        with unit_of_work(HOUSE, clock=current_app.extensions["lms.clock"]) as work:
            where = inspection.association_coded(work.session, association)
            account = inspection.account_at(work.session, email)
            if account is None:
                raise NotFound("account.unknown")
            accounts.revoke(work, account, Role.REVIEWER, association_id=where)
    except LmsError as refused:
        sys.exit(f"Not done: {refused.code}")
    click.echo(f"{email}: {association} no more")
